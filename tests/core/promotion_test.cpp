#include "tenon/core/promotion.h"

#include <gtest/gtest.h>

#include "tenon/core/core.h"

namespace tenon::testing {

// As torch.promote_types of PyTorch 2.13 answers; its int16, which only uint8 with int8 gives, is int32 here.
constexpr DType table[dtype_count][dtype_count] = {
    {bool_, uint8, int8, int32, int64, float16, bfloat16, float32, float64},
    {uint8, uint8, int32, int32, int64, float16, bfloat16, float32, float64},
    {int8, int32, int8, int32, int64, float16, bfloat16, float32, float64},
    {int32, int32, int32, int32, int64, float16, bfloat16, float32, float64},
    {int64, int64, int64, int64, int64, float16, bfloat16, float32, float64},
    {float16, float16, float16, float16, float16, float16, float32, float32, float64},
    {bfloat16, bfloat16, bfloat16, bfloat16, bfloat16, float32, bfloat16, float32, float64},
    {float32, float32, float32, float32, float32, float32, float32, float32, float64},
    {float64, float64, float64, float64, float64, float64, float64, float64, float64},
};

template <class F>
void for_each_pair(const F& f) {
  for (int a = 0; a < dtype_count; ++a) {
    for (int b = 0; b < dtype_count; ++b) {
      SCOPED_TRACE(std::string(name_of(DType(a))) + " with " + name_of(DType(b)));
      f(DType(a), DType(b), table[a][b]);
    }
  }
}

int category(DType t) { return is_floating(t) ? 2 : is_integral(t) ? 1 : 0; }

TEST(Promotion, IsPyTorchs) {
  for_each_pair([](DType a, DType b, DType both) { EXPECT_EQ(promote(a, b), both); });
}

TEST(Promotion, OfArraysWithAxesOrWithoutGoesByDType) {
  for_each_pair([](DType a, DType b, DType both) {
    EXPECT_EQ(result_type(ones({2}, a), ones({2}, b)), both);
    EXPECT_EQ(result_type(ones({}, a), ones({}, b)), both);
  });
}

TEST(Promotion, An0dArrayCountsOnlyByAHigherCategory) {
  for_each_pair([](DType a, DType b, DType both) {
    const DType expected = category(b) > category(a) ? both : a;
    EXPECT_EQ(result_type(ones({2}, a), ones({}, b)), expected);
    EXPECT_EQ(result_type(ones({}, b), ones({2}, a)), expected);
  });
}

TEST(Promotion, ANumberCountsOnlyByAHigherCategory) {
  for (int t = 0; t < dtype_count; ++t) {
    const Array x = ones({2}, DType(t));
    EXPECT_EQ(result_type(x, true), x.dtype());
    EXPECT_EQ(result_type(x, 2), x.dtype() == bool_ ? int64 : x.dtype());
    EXPECT_EQ(result_type(x, 2.5), is_floating(x.dtype()) ? x.dtype() : float32);
    EXPECT_EQ(result_type(x, 2.5f), is_floating(x.dtype()) ? x.dtype() : float32);
  }
}

TEST(Promotion, IsWhatOperationsDo) {
  for_each_pair([](DType a, DType b, DType both) {
    const Array product = full({3}, 1, a) * full({2, 1}, 1, b);
    EXPECT_EQ(product.dtype(), both);
    EXPECT_EQ(sum(product).to(int64).item<int64_t>(), 6);
    EXPECT_EQ(cat({ones({2}, a), ones({2}, b)}, 0).dtype(), both);
    EXPECT_EQ(where(ones({2}, bool_), ones({2}, a), ones({2}, b)).dtype(), both);
  });
}

}  // namespace tenon::testing
