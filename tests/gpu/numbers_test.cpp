// What has no row in the op table: numbers that are drawn or counted, and casts, bit for bit as on the CPU.
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_compare.h"

namespace tenon::testing {

using DeviceNumbers = OnDevice;

namespace {

/// `make` is called with the CPU and with the tested device.
template <class Make>
void expect_same(const char* what, const Make& make) {
  const Array expected = make(cpu), got = make(tested_device());
  EXPECT_EQ(got.device(), tested_device());
  EXPECT_TRUE(same_bits(got.cpu(), expected)) << what << ": " << difference(got.cpu(), expected, 0);
}

}  // namespace

TEST_F(DeviceNumbers, Random) {
  for (const int64_t n : {int64_t{1}, int64_t{7}, int64_t{1003}, int64_t{300007}}) {
    for (const DType dtype : {float32, float64, float16, bfloat16}) {
      expect_same("rand", [&](Device device) {
        Generator g(5);
        return rand({n}, dtype, device, g);
      });
      expect_same("randn", [&](Device device) {
        Generator g(6);
        g.reserve(3);
        return randn({n}, dtype, device, g);
      });
    }
    expect_same("randint", [&](Device device) {
      Generator g(7);
      return randint(-3, 1000, {n}, int64, device, g);
    });
    expect_same("bernoulli", [&](Device device) {
      Generator g(8);
      return bernoulli(full({n}, 0.3f, float32, device), g);
    });
    expect_same("randperm", [&](Device device) {
      Generator g(9);
      return randperm(n, device, g);
    });
    expect_same("dropout", [&](Device device) {
      Generator g(10);
      return dropout(full({n}, 1.5f, float32, device), 0.25, g);
    });
  }
}

TEST_F(DeviceNumbers, Counted) {
  for (const DType dtype : {int64, int32, float32, float64}) {
    expect_same("arange", [&](Device device) { return arange(3, 100000, 7, dtype, device); });
  }
  for (const DType dtype : {float32, float64}) {
    expect_same("linspace", [&](Device device) { return linspace(-1, 3, 10001, dtype, device); });
    expect_same("eye", [&](Device device) { return eye(70, 130, dtype, device); });
  }
}

TEST_F(DeviceNumbers, CastsBetweenAllDtypes) {
  Generator g(3);
  const Array source = randint(0, 100, {4099}, int64, cpu, g).to(float64) / 4;
  for (int from = 0; from < dtype_count; ++from) {
    for (int to = 0; to < dtype_count; ++to) {
      const Array x = source.to(static_cast<DType>(from));
      const Array expected = x.to(static_cast<DType>(to));
      const Array got = x.to(tested_device()).to(static_cast<DType>(to)).cpu();
      EXPECT_TRUE(same_bits(got, expected)) << name_of(x.dtype()) << " to " << name_of(expected.dtype());
    }
  }
}

}  // namespace tenon::testing
