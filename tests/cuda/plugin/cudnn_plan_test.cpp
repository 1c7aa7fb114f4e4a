// cuDNN makes its plans from a device's properties: so that a machine without a GPU shows that it takes our graphs.
#include "tenon/core/cuda/cudnn_plan.h"

#include <gtest/gtest.h>

#include "tenon/core/dispatch.h"
#include "tenon/tests/support/op_compare.h"

namespace tenon::testing {
namespace {

using namespace tenon::cuda_backend;

// As cuDNN writes down an H200.
constexpr const char* h200 = R"({"maxGridSize": [2147483647, 65535, 65535], "maxBlockSize": [1024, 1024, 64],
  "regsPerBlock": 65536, "multiProcessorCount": 132, "warpSize": 32, "maxSharedMemoryPerBlock": 49152,
  "maxSharedMemoryPerBlockOptin": 232448, "reservedSharedMemoryPerBlock": 1024, "maxRegistersPerSM": 65536,
  "maxCtasPerSM": 32, "maxThreadsPerBlock": 1024, "maxThreadsPerSM": 2048, "pciDeviceId": 590352606, "isTccDriver": 0,
  "supportCoopLaunch": 1, "smClockRateKHz": 1980000, "memClockRateKHz": 3201000, "l2CacheSize": 62914560,
  "totalGlobalMem": 150000000000, "cudaDeviceId": 0, "deviceVer": 900, "driverVer": 13000,
  "deviceName": "NVIDIA H200"})";

struct Conv {
  int64_t n, c, h, w, o, kh, kw;
  ConvGeometry g;
};
// Layers of LeNet and ResNet-18, and some that are odd.
constexpr Conv convs[] = {
    {2, 3, 5, 6, 4, 3, 3, {{1, 1}, {0, 0}, {1, 1}, 1}},
    {6, 16, 20, 20, 32, 3, 3, {{1, 1}, {0, 0}, {1, 1}, 1}},
    {2, 4, 7, 7, 6, 3, 3, {{2, 2}, {0, 0}, {1, 1}, 2}},
    {6, 16, 20, 20, 32, 3, 3, {{2, 2}, {0, 0}, {1, 1}, 2}},
    {2, 1, 5, 6, 2, 3, 2, {{2, 1}, {2, 1}, {1, 2}, 1}},
    {2, 3, 4, 4, 3, 3, 3, {{1, 1}, {1, 1}, {1, 1}, 3}},
    {64, 1, 28, 28, 6, 5, 5, {{1, 1}, {2, 2}, {1, 1}, 1}},
    {128, 64, 32, 32, 64, 3, 3, {{1, 1}, {1, 1}, {1, 1}, 1}},
    {128, 64, 32, 32, 128, 3, 3, {{2, 2}, {1, 1}, {1, 1}, 1}},
    {128, 64, 32, 32, 128, 1, 1, {{2, 2}, {0, 0}, {1, 1}, 1}},
};

ConvSizes sizes_of(const Conv& k, ConvKind kind, DType dtype) {
  const auto places = [&](int64_t size, int64_t kernel, int axis) {
    return (size + 2 * k.g.padding[axis] - k.g.dilation[axis] * (kernel - 1) - 1) / k.g.stride[axis] + 1;
  };
  const int64_t x[] = {k.n, k.c, k.h, k.w}, y[] = {k.n, k.o, places(k.h, k.kh, 0), places(k.w, k.kw, 1)};
  const int64_t weight[] = {k.o, k.c / k.g.groups, k.kh, k.kw};
  const auto view = [dtype](const int64_t* shape) { return View{nullptr, shape, nullptr, 4, dtype, channels_last}; };
  return {kind, view(x), view(y), view(weight), k.g};
}

/// The convolutions that the op table's rows ask the CPU for, as long as this lives.
class Asked {
 public:
  Asked() {
    all().clear();
    ConvKernels& slots = tenon::detail::backends[0].conv;
    slots.conv2d = [](const View& y, const View& x, const View& weight, const View& bias, const ConvGeometry& g,
                      Activation activation, const Launch& launch) {
      all().push_back({ConvKind::forward, x, y, weight, g});
      return cpu().conv2d.function()(y, x, weight, bias, g, activation, launch);
    };
    slots.input_grad = [](const View& dx, const View& dy, const View& weight, const ConvGeometry& g,
                          const Launch& launch) {
      all().push_back({ConvKind::input_grad, dx, dy, weight, g});
      return cpu().input_grad.function()(dx, dy, weight, g, launch);
    };
    slots.weight_grad = [](const View& dweight, const View& dy, const View& x, const ConvGeometry& g,
                           const Launch& launch) {
      all().push_back({ConvKind::weight_grad, x, dy, dweight, g});
      return cpu().weight_grad.function()(dweight, dy, x, g, launch);
    };
  }
  ~Asked() { tenon::detail::backends[0].conv = cpu(); }
  static std::vector<ConvSizes>& all() {
    static std::vector<ConvSizes> sizes;
    return sizes;
  }

 private:
  static const ConvKernels& cpu() {
    static const ConvKernels slots = tenon::detail::backends[0].conv;
    return slots;
  }
  const ConvKernels& saved_ = cpu();  // before the slots change
};

// Properties are younger than cuDNN 9.
class CudnnPlans : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!device.ok()) GTEST_SKIP() << "this cuDNN knows no device properties";
  }
  Descriptor device = device_properties(h200);
  ConvTarget target{nullptr, &device};
};

TEST_F(CudnnPlans, ThereIsOneForEveryConvolution) {
  for (const Conv& conv : convs) {
    for (const DType dtype : {float16, bfloat16, float32, float64}) {
      for (const ConvKind kind : {ConvKind::forward, ConvKind::input_grad, ConvKind::weight_grad}) {
        for (const uint32_t flags : {0u, uint32_t{Launch::deterministic}, uint32_t{Launch::tf32}}) {
          const auto plans = conv_plans(target, sizes_of(conv, kind, dtype), 16, flags, 1);
          EXPECT_EQ(plans.size(), 1u) << name_of(dtype) << " " << conv.n << " x " << conv.c << " x " << conv.h
                                      << ", kind " << static_cast<int>(kind) << ", flags " << flags;
        }
      }
    }
  }
}

TEST_F(CudnnPlans, ThereIsOneForEveryRowOfTheOpTable) {
  int rows = 0;
  for (const OpCase& row : op_cases()) {
    if (!row.name.starts_with("conv2d") || row.cpu_only) continue;
    const Asked asked;
    for (const DType dtype : {float16, bfloat16, float32, float64}) {
      if (contains(row.dtypes, dtype)) everything(row, make_inputs(row, dtype));
    }
    if (row.inputs[0].shape.numel() == 0) continue;  // nothing to compute
    EXPECT_GE(Asked::all().size(), 12u) << row.name << ": three in each of four dtypes";
    ++rows;
    for (const ConvSizes& sizes : Asked::all()) {
      for (const uint32_t flags : {0u, uint32_t{Launch::deterministic}, uint32_t{Launch::tf32}}) {
        EXPECT_EQ(conv_plans(target, sizes, 16, flags, 1).size(), 1u)
            << row.name << " " << name_of(sizes.dtype) << ", kind " << static_cast<int>(sizes.kind) << ", flags "
            << flags;
      }
    }
  }
  EXPECT_GT(rows, 3);
}

TEST_F(CudnnPlans, FlagsLeaveFewer) {
  const ConvSizes sizes = sizes_of(convs[1], ConvKind::weight_grad, float32);
  const auto count = [&](uint32_t flags) { return conv_plans(target, sizes, 16, flags, 1000).size(); };
  EXPECT_LT(count(Launch::deterministic), count(0));
  EXPECT_LT(count(0), count(Launch::tf32));
}

TEST_F(CudnnPlans, ArraysThatAreNotAlignedHavePlansToo) {
  for (const ConvKind kind : {ConvKind::forward, ConvKind::input_grad, ConvKind::weight_grad}) {
    EXPECT_EQ(conv_plans(target, sizes_of(convs[1], kind, float32), 4, 0, 1).size(), 1u);
    EXPECT_EQ(conv_plans(target, sizes_of(convs[1], kind, float16), 2, 0, 1).size(), 1u);
  }
}

TEST_F(CudnnPlans, NothingOfSizeZero) {
  Conv none = convs[0];
  none.c = 0;
  EXPECT_TRUE(conv_plans(target, sizes_of(none, ConvKind::forward, float32), 16, 0, 1).empty());
}

}  // namespace
}  // namespace tenon::testing
