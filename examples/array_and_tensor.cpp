// What a NumPy and PyTorch user tries first.
#include <cstdio>
#include <vector>

#include <tenon/tenon.h>

using namespace tenon;

int main() {
  // An Array is what ndarray is to NumPy: typed, strided, views share memory.
  Array a = arange(6).to(float32).reshape({2, 3});
  Array row = a.select(0, 1);  // a view: no copy
  row += 10;
  std::printf("%s\n", to_string(a).c_str());  // the second row has changed
  std::printf("%s\n", to_string(sum(a, 0)).c_str());
  std::printf("%s\n", to_string(matmul(a, transpose(a)) > 100).c_str());

  // Memory from outside is adopted without a copy, and freed when the last view goes.
  std::vector<float> numbers{1, 2, 3, 4};
  Array adopted = array(std::move(numbers));

  // A Tensor is an Array and its place in the graph. It sees the same memory.
  Tensor x = adopted;
  std::printf("shared: %s\n", x.array().data() == adopted.data() ? "yes" : "no");
  x.requires_grad(true);

  // The graph is made by running: loops and branches are those of C++.
  Tensor y = x;
  while (norm(y).item<float>() < 100) y = y * 2;
  Tensor loss = sum(square(y));
  loss.backward();
  std::printf("dloss/dx = %s\n", to_string(x.grad()).c_str());

  // Gradients of gradients.
  Tensor z = full({}, 3.0, float64);
  z.requires_grad(true);
  Tensor first = grad(z * z * z, z, {.create_graph = true});
  Tensor second = grad(first, z);
  std::printf("z^3 at 3: %g, %g\n", first.item<double>(), second.item<double>());

  // Devices: the same code runs on a GPU where there is one.
  const Device where = device_count("cuda") > 0 ? cuda() : cpu;
  Tensor there = x.detach().to(where);
  std::printf("mean on %s: %g\n", device_count("cuda") > 0 ? "cuda" : "cpu", mean(there).item<double>());

  // Errors say what is wrong.
  try {
    matmul(ones({8, 3}), ones({4, 5}));
  } catch (const ShapeError& e) {
    std::printf("%s\n", e.what());
  }
}
