// configs/linear_regression.yaml as a program: ten measurements of 442 patients, and how far their diabetes went.
#include <cstdio>

#include <tenon/tenon.h>

using namespace tenon;

int main() {
  manual_seed(0);
  const data::DatasetPtr patients = data::csv({.path = "configs/data/diabetes.csv", .target = "progression"});
  data::Loader all(patients, {.batch_size = patients->size()});
  data::Sample table = *all.next();
  const Array x = table["input"];
  const Array centre = mean(x, 0), spread = tenon::std(x, 0);
  const data::DatasetPtr set = data::transform_batch(patients, [=](data::Sample batch) {
    batch["input"] = (batch["input"] - centre) / spread;
    return batch;
  });

  nn::Linear model(10, 1);
  nn::MSELoss loss_of;
  optim::SGD sgd(model.parameters(), {.lr = 0.05});
  optim::CosineAnnealingLR schedule({.T_max = 100}, sgd);
  data::Loader loader(set, {.batch_size = 32, .shuffle = true});

  for (int epoch = 1; epoch <= 100; ++epoch) {
    double total = 0;
    for (const data::Sample& batch : loader) {
      sgd.zero_grad();
      Tensor loss = loss_of(model(batch["input"]), batch["target"]);
      loss.backward();
      sgd.step();
      total += loss.item<double>() * static_cast<double>(batch["input"].size(0));
    }
    schedule.step();
    if (epoch % 20 == 0) std::printf("epoch %3d  loss %.1f\n", epoch, total / static_cast<double>(set->size()));
  }
  std::printf("weight %s\nbias   %s\n", to_string(model.weight).c_str(), to_string(model.bias).c_str());
}
