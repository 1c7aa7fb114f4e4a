// Every row of the op table, held to every check; and proof that the checks can fail.
#include <gtest/gtest.h>

#include "tenon/autograd/autograd.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_checks.h"

namespace tenon::testing {

class OpTable : public ::testing::TestWithParam<OpCase> {};

TEST_P(OpTable, Forward) { EXPECT_EQ(check_forward(GetParam()), ""); }
TEST_P(OpTable, Layouts) { EXPECT_EQ(check_layouts(GetParam()), ""); }
TEST_P(OpTable, Degenerate) { EXPECT_EQ(check_degenerate(GetParam()), ""); }
TEST_P(OpTable, MixedDtypes) { EXPECT_EQ(check_mixed_dtypes(GetParam()), ""); }
TEST_P(OpTable, Autocast) { EXPECT_EQ(check_autocast(GetParam()), ""); }
TEST_P(OpTable, Undefined) { EXPECT_EQ(check_undefined(GetParam()), ""); }
TEST_P(OpTable, Misuses) { EXPECT_EQ(check_misuses(GetParam()), ""); }
TEST_P(OpTable, Threads) { EXPECT_EQ(check_threads(GetParam()), ""); }
TEST_P(OpTable, Gradients) {
  if (!GetParam().differentiable) return;
  EXPECT_EQ(check_gradients(GetParam()), "");
}
TEST_P(OpTable, GradientDtypes) {
  if (!GetParam().differentiable) return;
  EXPECT_EQ(check_gradient_dtypes(GetParam()), "");
}
TEST_P(OpTable, SecondGradients) {
  if (!GetParam().differentiable) return;
  EXPECT_EQ(check_second_gradients(GetParam()), "");
}

/// A test's name may hold letters and digits only.
std::string test_name(const ::testing::TestParamInfo<OpCase>& row) {
  std::string name = row.param.name;
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Rows, OpTable, ::testing::ValuesIn(op_cases()), test_name);

Array cube_forward(const Array& x) { return x * x * x; }
/// A user's op whose gradient is wrong by the given factor.
Tensor cube_with_gradient(const Tensor& x, double factor) {
  return record("cube", cube_forward(x.array()), {x}, keep_inputs,
                [factor](const Backward& b) { return gradients(b.dy() * b.input(0) * b.input(0) * factor); });
}

TEST(OpTableItself, FindsAWrongGradient) {
  OpCase row{.name = "cube",
             .call =
                 [](const auto& x) {
                   if constexpr (std::is_same_v<std::decay_t<decltype(x[0])>, Tensor>) {
                     return cube_with_gradient(x[0], 3);
                   } else {
                     return cube_forward(x[0]);
                   }
                 },
             .reference = [](const Arrays& x) { return map(x[0], [](double v) { return v * v * v; }); },
             .inputs = {normal({2, 3})}};
  EXPECT_EQ(check_gradients(row), "");
  row.call.tensors = [](const Tensors& x) { return cube_with_gradient(x[0], 2); };
  EXPECT_NE(check_gradients(row).find("input 0"), std::string::npos) << check_gradients(row);
}

TEST(OpTableItself, FindsAWrongStride) {
  // Reads its operand as if it were contiguous.
  const OpCase row{.name = "careless_copy",
                   .call =
                       [](const auto& x) {
                         const Array& a = x[0].array();
                         return Array(a.view_as(a.data(), {6}, {1}) * 1).reshape({2, 3});
                       },
                   .reference = [](const Arrays& x) { return x[0]; },
                   .inputs = {normal({2, 3})},
                   .dtypes = all_dtypes,
                   .differentiable = false};
  EXPECT_EQ(check_forward(row), "");
  EXPECT_NE(check_layouts(row).find("input 0 transposed"), std::string::npos) << check_layouts(row);
}

TEST(OpTableItself, FindsAWrongValueAndAnUnlistedDtype) {
  OpCase row{.name = "twice",
             .call = [](const auto& x) { return x[0] * 2; },
             .reference = [](const Arrays& x) { return map(x[0], [](double v) { return 2.001 * v; }); },
             .inputs = {normal({2, 3})},
             .dtypes = dtypes(float32)};
  EXPECT_NE(check_forward(row), "");
  row.reference = [](const Arrays& x) { return map(x[0], [](double v) { return 2 * v; }); };
  EXPECT_NE(check_forward(row).find("accepted but not listed"), std::string::npos) << check_forward(row);
}

TEST(OpTableItself, FindsAnOperandThatNobodyMisses) {
  OpCase row{.name = "first",
             .call = [](const auto& x) { return x[0].defined() ? x[0] * 1 : x[1] * 1; },
             .reference = [](const Arrays& x) { return x[0]; },
             .inputs = {optional(normal({2})), normal({2})}};
  EXPECT_EQ(check_undefined(row), "Array without input 1: nothing was thrown");
  row.inputs[1].may_miss = true;
  EXPECT_EQ(check_undefined(row), "");
  row.inputs[0].may_miss = false;
  EXPECT_EQ(check_undefined(row), "Array without input 0: nothing was thrown");
  row.call = [](const auto& x) { return x[0] + x[1]; };
  row.inputs[1].may_miss = false;
  EXPECT_EQ(check_undefined(row), "Array without input 0: add: an input is not defined");
  row.first = "add";
  EXPECT_EQ(check_undefined(row), "");
}

TEST(OpTableItself, FindsAWrongPromotion) {
  OpCase row{.name = "narrow",
             .call = [](const auto& x) { return (x[0] + x[1]).to(x[1].dtype()); },
             .reference = [](const Arrays& x) { return x[0]; },
             .inputs = {normal({2, 3}), normal({3})}};
  EXPECT_EQ(check_mixed_dtypes(row), "input 1 float32, the others float64: the result is float32, expected float64");
  row.call = [](const auto& x) { return x[0] + x[1] * (x[0].dtype() == x[1].dtype() ? 1 : 2); };
  EXPECT_NE(check_mixed_dtypes(row).find("element 0"), std::string::npos) << check_mixed_dtypes(row);
  row.call = [](const auto& x) { return x[0] + x[1]; };
  EXPECT_EQ(check_mixed_dtypes(row), "");
}

TEST(OpTableItself, FindsAWrongPolicy) {
  OpCase row{.name = "product",
             .autocast = Cast::full,
             .call = [](const auto& x) { return matmul(x[0], x[1]); },
             .reference = [](const Arrays& x) { return x[0]; },
             .inputs = {normal({2, 3}), normal({3, 2})}};
  EXPECT_EQ(check_autocast(row), "Autocast(bfloat16) of bfloat16, bfloat16: the result is bfloat16, expected float32");
  row.autocast = Cast::none;
  EXPECT_EQ(check_autocast(row), "Autocast(bfloat16) of float32, bfloat16: the result is bfloat16, expected float32");
  row.autocast = Cast::low;
  EXPECT_EQ(check_autocast(row), "");
}

}  // namespace tenon::testing
