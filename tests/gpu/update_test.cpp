// Kernels that take whole lists, short ones and long ones, beside the CPU.
#include "tenon/core/ops/update.h"

#include <cmath>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/streams.h"
#include "tenon/optim/optim.h"
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

using DeviceUpdates = OnDevice;
using Arrays = std::vector<Array>;

namespace {

/// Arrays of several sizes, many of them small; none, one and many chunks; not all aligned for 16 bytes.
Arrays make_list(size_t count, DType dtype, uint64_t seed) {
  Arrays list;
  Generator generator(seed);
  for (size_t k = 0; k < count; ++k) {
    const int64_t n = k == 1 ? 0 : k == 2 ? 70001 : static_cast<int64_t>(k * 7919 % 303);
    const Array x = randn({n + 1}, float32, cpu, generator).to(dtype);
    list.push_back(k % 5 == 4 ? x.slice(0, 1, n + 1) : x.slice(0, 0, n));
  }
  return list;
}

/// The slices keep their alignment.
Arrays on(Device device, const Arrays& list) {
  Arrays all;
  for (size_t k = 0; k < list.size(); ++k) {
    const int64_t n = list[k].numel(), first = k % 5 == 4 ? 1 : 0;
    const Array room = zeros({n + 1}, list[k].dtype(), device);
    const Array part = room.slice(0, first, first + n);
    copy_(part, list[k].to(device));
    all.push_back(part);
  }
  return all;
}

void expect_near(const Arrays& got, const Arrays& expected, double tolerance) {
  for (size_t k = 0; k < got.size(); ++k) {
    const std::vector<double> a = values(got[k]), b = values(expected[k]);
    for (size_t i = 0; i < a.size(); ++i) {
      ASSERT_NEAR(a[i], b[i], tolerance * (1 + std::abs(b[i]))) << "array " << k << ", element " << i;
    }
  }
}

/// Lists whose table travels with the launch, and longer ones. Each call of the fake device costs milliseconds.
std::vector<size_t> lengths() {
  if (tests_fake_device()) return {3, 66};
  return {3, 64, 65, 2000};
}

struct Kind {
  DType dtype;
  double tolerance;
};
constexpr Kind kinds[] = {{float32, 1e-5}, {float64, 1e-12}, {float16, 4e-3}, {bfloat16, 3e-2}};

/// What optimizers do to parameters, gradients and two states.
struct Steps {
  Arrays p, g, m, v;
  Array inverse_scale, found_bad, skipped;

  Steps(size_t count, DType dtype, Device device)
      : p(on(device, make_list(count, dtype, 1))),
        g(on(device, make_list(count, dtype, 2))),
        m(on(device, make_list(count, dtype, 3))),
        v(on(device, make_list(count, dtype, 4))),
        inverse_scale(full({}, 0.5f, float32, device)),
        found_bad(zeros({}, bool_, device)),
        skipped(full({}, 1, int64, device)) {
    for (const Array& x : v) copy_(x, x * x);
  }
  void take() {
    const UpdateGuard guard{inverse_scale, found_bad, skipped};
    for (int64_t step = 2; step < 5; ++step) {
      adam_update(p, g, m, v, {.lr = 0.01, .step = step, .weight_decay = 0.1}, guard);
      sgd_update(p, g, m, {.lr = 0.01, .step = step, .momentum = 0.9, .dampening = 0.5}, guard);
      sgd_update(p, g, {}, {.lr = 0.01, .step = step}, guard);
    }
  }
};

}  // namespace

TEST_F(DeviceUpdates, StepsAreThoseOfTheCpu) {
  for (const size_t count : lengths()) {
    for (const auto& [dtype, tolerance] : kinds) {
      Steps expected(count, dtype, cpu), got(count, dtype, tested_device());
      expected.take(), got.take();
      expect_near(got.p, expected.p, tolerance);
      expect_near(got.m, expected.m, tolerance);
      expect_near(got.v, expected.v, tolerance);
      // Where a flag is set, nothing is written but the count.
      copy_(got.found_bad, full({}, true, bool_, tested_device()));
      got.take();
      expect_near(got.p, expected.p, tolerance);
      EXPECT_EQ(got.skipped.item<int64_t>(), 10);
    }
  }
}

TEST_F(DeviceUpdates, NormsAndFactors) {
  for (const size_t count : lengths()) {
    for (const auto& [dtype, tolerance] : kinds) {
      const Arrays list = make_list(count, dtype, 5), far = on(tested_device(), list), here = on(cpu, list);
      const Array norm = list_norm(far), again = list_norm(far);
      const auto expected = list_norm(here).item<double>();
      EXPECT_NEAR(norm.item<double>(), expected, 1e-5 * expected);
      EXPECT_EQ(norm.item<double>(), again.item<double>());  // in fixed order
      const DType wide = dtype == float64 ? float64 : float32;
      clip_list_(far, norm, 0.5 * (expected + 1e-6));
      scale_list_(here, full({}, 0.5, wide));
      expect_near(far, here, tolerance);
      clamp_list_(far, 0.25), clamp_list_(here, 0.25);
      expect_near(far, here, tolerance);
    }
  }
  EXPECT_EQ(list_norm(Arrays{zeros({0}, float32, tested_device())}).item<double>(), 0);
}

TEST_F(DeviceUpdates, BadElements) {
  for (const size_t count : lengths()) {
    for (const auto& [dtype, tolerance] : kinds) {
      const Arrays list = on(tested_device(), make_list(count, dtype, 6));
      const Array bad = zeros({}, bool_, tested_device());
      find_bad(list, bad);
      EXPECT_FALSE(bad.item<bool>());
      for (const double value : {double{INFINITY}, double{NAN}}) {
        copy_(list[2].slice(0, 70000, 70001), full({1}, value, dtype, tested_device()));
        find_bad(list, bad);
        EXPECT_TRUE(bad.item<bool>());
        copy_(bad, zeros({}, bool_, tested_device()));
        const Array factor = full({}, 1, dtype == float64 ? float64 : float32, tested_device());
        scale_list_(list, factor, bad);
        EXPECT_TRUE(bad.item<bool>());
        copy_(bad, zeros({}, bool_, tested_device()));
      }
    }
  }
}

/// Tables of long lists are kept: what changes has to be seen, whoever comes with it.
TEST_F(DeviceUpdates, ListsThatChangeFromCallToCall) {
  const Device device = tested_device();
  const auto list_of = [&](float value) {
    Arrays list;
    for (int64_t k = 0; k < 100; ++k) list.push_back(full({k % 3 + 1}, value, float32, device));
    return list;
  };
  const auto expect = [&](const Arrays& list, double value) {
    double squares = 0;
    for (const Array& x : list) squares += static_cast<double>(x.numel()) * value * value;
    EXPECT_NEAR(list_norm(list).item<double>(), std::sqrt(squares), 1e-4 * std::sqrt(squares));
  };
  Arrays kept = list_of(1);
  for (int round = 0; round < (tests_fake_device() ? 10 : 100); ++round) {
    expect(list_of(static_cast<float>(round)), round);  // freed, and the next one perhaps at the same addresses
    expect(kept, 1);
    if (round % 7 == 0) kept[static_cast<size_t>(round % 100)] = full({5}, 1.f, float32, device);
  }
}

TEST_F(DeviceUpdates, StreamsHaveTablesAndCountersOfTheirOwn) {
  const Device device = tested_device();
  const Stream streams[] = {Stream(device), Stream(device)};
  const Arrays list = on(device, make_list(100, float32, 7));
  const auto expected = list_norm(list).item<double>();
  const Event ready(current_stream(device));
  Arrays norms;
  for (int round = 0; round < 20; ++round) {
    for (const Stream& stream : streams) {
      const StreamScope scope(stream);
      if (round == 0) stream.wait(ready);
      norms.push_back(list_norm(list));
    }
  }
  synchronize(device);
  for (const Array& norm : norms) EXPECT_EQ(norm.item<double>(), expected);
}

/// Overflows, growth, clipping, and steps that are not counted.
TEST_F(DeviceUpdates, ScaledTraining) {
  const auto trained = [](Device device) {
    Tensor p = Tensor(full({70}, 0.5f, float32, device)).requires_grad(true);
    optim::Adam adam({p}, {.lr = 0.1});
    optim::GradScaler scaler({.init_scale = 1024, .growth_interval = 2});
    std::vector<double> all;
    for (int step = 0; step < 8; ++step) {
      adam.zero_grad();
      const double g = step == 0 || step == 5 ? INFINITY : std::sin(3.0 * step);
      scaler.scale(sum(p * full({70}, g, float32, device))).backward();
      if (step % 2 == 1) {
        scaler.unscale_(adam);
        all.push_back(optim::clip_grad_norm({p}, 0.5).item<double>());
      }
      scaler.step(adam);
      scaler.update();
      all.push_back(scaler.get_scale());
      all.push_back(values(p.array())[69]);
    }
    all.push_back(adam.state()[1].second.item<double>());
    return all;
  };
  const std::vector<double> expected = trained(cpu), got = trained(tested_device());
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isinf(expected[i])) {
      EXPECT_EQ(got[i], expected[i]) << i;
    } else {
      EXPECT_NEAR(got[i], expected[i], 1e-5 * (1 + std::abs(expected[i]))) << i;
    }
  }
  EXPECT_EQ(got.back(), 6);
}

}  // namespace tenon::testing
