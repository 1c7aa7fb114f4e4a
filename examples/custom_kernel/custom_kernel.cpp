// A kernel of one's own, as an op of the graph: soft shrinkage, with a branch for the CPU and one for CUDA. Where there
// is a GPU, the two are compared.
#include <cstdio>

#include "soft_shrink.h"
#include "soft_shrink_math.h"
#include <tenon/tenon.h>

using namespace tenon;

namespace {

/// Calls f(T()) with the matrix's type.
template <class F>
void by_dtype(const Array& x, const F& f) {
  if (x.dtype() == float32) return f(float());
  if (x.dtype() == float64) return f(double());
  throw DTypeError("soft_shrink: expected float32 or float64");
}

/// The kernel's own part: on the CPU a loop, on a GPU a launch on the thread's current stream.
Array shrink(const Array& x, double by) {
  Array out = empty_like(x);
  by_dtype(x, [&]<class T>(T) {
    const auto to = out.device_view<T, 2>();
    const auto from = x.device_view<const T, 2>();
    if (x.device().is_cpu()) {
      for (int64_t i = 0; i < x.size(0); ++i) {
        for (int64_t j = 0; j < x.size(1); ++j) to(i, j) = shrunk(from(i, j), static_cast<T>(by));
      }
    } else {
#ifdef WITH_KERNEL
      soft_shrink(to, from, by, current_stream(x.device()));
#else
      throw DeviceError("soft_shrink: built without its kernel");
#endif
    }
  });
  return out;
}

Array shrink_grad(const Array& dy, const Array& x, double by) {
  Array out = empty_like(x);
  by_dtype(x, [&]<class T>(T) {
    const auto to = out.device_view<T, 2>();
    const auto slope = dy.device_view<const T, 2>(), from = x.device_view<const T, 2>();
    if (x.device().is_cpu()) {
      for (int64_t i = 0; i < x.size(0); ++i) {
        for (int64_t j = 0; j < x.size(1); ++j) to(i, j) = shrunk_grad(slope(i, j), from(i, j), static_cast<T>(by));
      }
    } else {
#ifdef WITH_KERNEL
      soft_shrink_grad(to, slope, from, by, current_stream(x.device()));
#else
      throw DeviceError("soft_shrink: built without its kernel");
#endif
    }
  });
  return out;
}

/// The gradient is an op as well, so that it can be differentiated in turn: it is linear in dy, and x only selects.
Tensor shrink_grad(const Tensor& dy, const Tensor& x, double by) {
  return record("soft_shrink_grad", shrink_grad(dy.array(), x.array(), by), {dy, x}, keep_input(1),
                [by](const Backward& b) { return gradients(shrink_grad(b.dy(), b.input(1), by), Tensor()); });
}

/// x: [rows, columns]
Tensor shrink(const Tensor& x, double by) {
  return record("soft_shrink", shrink(x.array(), by), {x}, keep_inputs,
                [by](const Backward& b) { return gradients(shrink_grad(b.dy(), b.input(0), by)); });
}

/// What is compared between devices: values and gradient, of a view with strides of its own.
struct Results {
  Array y, dx;
};
Results results_on(Device device, const Array& values) {
  const Tensor x = Tensor(values.to(device)).requires_grad(true);
  const Tensor y = shrink(x.transpose(), 0.5);
  sum(square(y)).backward();
  return {y.array().cpu(), x.grad().array().cpu()};
}

bool same(const Array& a, const Array& b) { return all(a == b).item<bool>(); }

}  // namespace

int main() {
#ifdef WITH_KERNEL
  std::puts("kernel: compiled");
#else
  std::puts("kernel: not compiled, there was no nvcc");
#endif
  const Array values = array<float>({-2, -0.5f, -0.25f, 0, 0.75f, 3}).reshape({2, 3});
  const Results here = results_on(cpu, values);
  bool ok = same(here.y, array<float>({-1.5f, 0, 0, 0.25f, 0, 2.5f}).reshape({3, 2})) &&
            same(here.dx, array<float>({-3, 0, 0, 0, 0.5f, 5}).reshape({2, 3}));
  std::printf("values: %s\n", ok ? "ok" : "wrong");

  const auto f = [](const std::vector<Tensor>& in) { return shrink(in[0], 0.5); };
  const auto checked = [&](Device device) {
    const Tensor x = Tensor(values.to(float64).to(device) + 0.1).requires_grad(true);
    const bool right = gradcheck(f, {x}).empty() && gradgradcheck(f, {x}).empty();
    ok = ok && right;
    return right ? "ok" : "wrong";
  };
  std::printf("gradcheck: %s\n", checked(cpu));

  if (!cuda_is_available()) {
    std::puts("cuda: there is no GPU, or Tenon was built without CUDA");
    return !ok;
  }
#ifdef WITH_KERNEL
  const Array many = randn({1000, 1001});
  const Results expected = results_on(cpu, many), there = results_on(cuda(), many);
  const bool equal = same(there.y, expected.y) && same(there.dx, expected.dx);
  ok = ok && equal;
  std::printf("cuda: values %s\ncuda: gradcheck %s\n", equal ? "ok" : "wrong", checked(cuda()));
#endif
  return !ok;
}
