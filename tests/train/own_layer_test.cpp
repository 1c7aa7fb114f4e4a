// What a program registers is usable in a config; what it trained is opened again.
#include "blobs.h"
#include <gtest/gtest.h>

#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/nn/layers.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/run.h"
#include "tenon/train/trained_model.h"

namespace tenon::train {
namespace {

using testing::expect_error;
using testing::TemporaryDirectory;

struct SwishOptions {
  double beta = 1;
  using fields = Fields<&SwishOptions::beta>;
};

/// x sigmoid(beta x), beta learnt.
struct Swish : nn::Layer {
  using Options = SwishOptions;
  explicit Swish(SwishOptions options) : beta(part("beta", nn::Parameter(full({1}, options.beta)))) {}
  Tensor forward(const Tensor& x) override { return x * sigmoid(x * beta); }
  nn::Parameter beta;
};

constexpr const char* config = R"(data: {train: Blobs, test: {type: Blobs, size: 60}, batch_size: 16}
model: [{type: Linear, in: 2, out: 8}, {type: Swish, beta: 1.5}, {type: Linear, in: 8, out: 3}]
loss: CrossEntropyLoss
optimizer: {type: SGD, lr: 0.5}
epochs: 10
)";

class OwnLayer : public ::testing::Test {
 protected:
  OwnLayer() {
    testing::register_test_sets();
    nn::layers().add<Swish>("Swish");
    path_ = directory_.write("own.yaml", config);
  }

  TemporaryDirectory directory_;
  std::string path_;
};

TEST_F(OwnLayer, IsTrainedFromAConfig) {
  const RunResult result = run(path_, directory_.file("run"));
  EXPECT_EQ(result.signal, 0);
  EXPECT_GT(result.training.epochs.back().test->accuracy, 0.95);
  const StateDict last = load(directory_.file("run/last.safetensors"));
  ASSERT_EQ(last.size(), 5u);
  EXPECT_EQ(last[2].first, "1.beta");
  EXPECT_NE(last[2].second.item<float>(), 1.5f);

  TrainedModel model = TrainedModel::open(directory_.file("run"), Weights::last);
  EXPECT_EQ(model.evaluate().accuracy, result.training.epochs.back().test->accuracy);
  const auto classes = model.classify(testing::Blobs(testing::SizeOptions{}).get(1, {})["input"]);
  ASSERT_EQ(classes.size(), 3u);
  EXPECT_EQ(classes[0].name, "north");
  EXPECT_NEAR(classes[0].probability + classes[1].probability + classes[2].probability, 1, 1e-6);
  EXPECT_GE(classes[0].probability, classes[1].probability);
  expect_error<ValueError>(
      [&] { model.read_image("a.png"); },
      "a.png: taken for an image, as its name does not end in .csv, but the model was not trained on "
      "images: an input is [2]");
}

TEST_F(OwnLayer, ItsOptionsAreChecked) {
  expect_error<ConfigError>([&] { run(path_, directory_.file("run"), {"model.1.bet=2"}); },
                            "--set model.1.bet=2: unknown key \"bet\" in model.1; did you mean \"beta\"?");
}

TEST_F(OwnLayer, ModelAndDataThatDoNotFitBeginNoRun) {
  EXPECT_THROW(run(path_, directory_.file("run"), {"model.0.in=3"}), ConfigError);
  EXPECT_FALSE(std::filesystem::exists(directory_.file("run")));
}

}  // namespace
}  // namespace tenon::train
