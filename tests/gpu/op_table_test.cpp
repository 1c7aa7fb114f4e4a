// Every row of the op table on the tested device, beside the CPU.
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/op_checks.h"

namespace tenon::testing {

class DeviceTable : public ::testing::TestWithParam<OpCase> {
 protected:
  void SetUp() override {
    if (!why_not_tested().empty()) GTEST_SKIP() << why_not_tested();
    if (GetParam().cpu_only && !tests_fake_device()) GTEST_SKIP() << "on the CPU only: " << GetParam().cpu_only;
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "oneDNN's convolution does not come back from guarded memory under tsan";
#endif
  }
  /// Elements of large operands: many blocks of a GPU; the fake device computes at the CPU's speed, which is slow.
  static int64_t many() { return tests_fake_device() ? 1 << 11 : 1 << 15; }
};

TEST_P(DeviceTable, Values) { EXPECT_EQ(check_forward(GetParam(), tested_device()), ""); }
TEST_P(DeviceTable, Layouts) { EXPECT_EQ(check_device_layouts(GetParam(), tested_device()), ""); }
TEST_P(DeviceTable, Gradients) {
  if (!GetParam().differentiable) return;
  EXPECT_EQ(check_gradient_dtypes(GetParam(), tested_device()), "");
}
TEST_P(DeviceTable, Sizes) { EXPECT_EQ(check_device_sizes(GetParam(), tested_device(), many()), ""); }
TEST_P(DeviceTable, Repeats) { EXPECT_EQ(check_device_repeats(GetParam(), tested_device(), many()), ""); }

/// `conv__conv2d_stride2_groups2`: family and row; a test's name may hold letters and digits only.
static std::string test_name(const ::testing::TestParamInfo<OpCase>& row) {
  std::string name = row.param.family + "__" + row.param.name;
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Rows, DeviceTable, ::testing::ValuesIn(op_cases()), test_name);

}  // namespace tenon::testing
