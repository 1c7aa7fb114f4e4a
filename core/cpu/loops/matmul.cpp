// Products that need no library: every dtype, any strides. Larger float32 products go to oneDNN.
#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

/// out[i, :] = a[i, :] b, columns in strips whose running sums stay in registers.
template <class T>
void row_times_matrix(T* out, int64_t so, const T* a, int64_t sa, const T* b, int64_t b_row, int64_t b_col, int64_t k,
                      int64_t n, const T* bias, int64_t s_bias) {
  using C = typename math::Compute<T>::type;
  constexpr int64_t widest = 64;
  for (int64_t j0 = 0; j0 < n; j0 += widest) {
    const int64_t width = n - j0 < widest ? n - j0 : widest;
    C acc[widest];
    for (int64_t j = 0; j < width; ++j) acc[j] = bias ? static_cast<C>(bias[(j0 + j) * s_bias]) : C(0);
    for (int64_t p = 0; p < k; ++p) {
      const C x = static_cast<C>(a[p * sa]);
      const T* row = b + p * b_row + j0 * b_col;
      if (b_col == 1) {
        for (int64_t j = 0; j < width; ++j) acc[j] += x * static_cast<C>(row[j]);
      } else {
        for (int64_t j = 0; j < width; ++j) acc[j] += x * static_cast<C>(row[j * b_col]);
      }
    }
    for (int64_t j = 0; j < width; ++j) out[(j0 + j) * so] = math::convert<T>(acc[j]);
  }
}

Status matmul(const View& out, const View& a, const View& b, const View& bias, const Launch&) {
  const int64_t batch = out.shape[0], m = out.shape[1], n = out.shape[2], k = a.shape[2];
  by_dtype<numeric>(
      out.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        T* po = out.as<T>();
        const T *pa = a.as<T>(), *pb = b.as<T>(), *p_bias = bias.as<T>();
        const int64_t s_bias = p_bias ? bias.strides[0] : 0;
        for_tasks(batch * m, batch * m * n * k > parallel_limit, [&](int64_t r) {
          const int64_t g = r / m, i = r % m;
          row_times_matrix<T>(po + g * out.strides[0] + i * out.strides[1], out.strides[2],
                              pa + g * a.strides[0] + i * a.strides[1], a.strides[2], pb + g * b.strides[0],
                              b.strides[1], b.strides[2], k, n, p_bias, s_bias);
        });
      });
  return {};
}

}  // namespace

void fill_matmul(MatmulKernels& k) { k.matmul = matmul; }

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
