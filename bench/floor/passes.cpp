#include "passes.h"

#include <algorithm>
#include <cmath>

namespace by_hand {

float softmax_cross_entropy(const memory& logits, const memory& dlogits, const std::vector<int>& y, int64_t classes) {
  const auto rows = static_cast<int64_t>(y.size());
  const float* all = floats(logits);
  float* dall = floats(dlogits);
  double loss = 0;
#pragma omp parallel for schedule(static) reduction(+ : loss) if (parallel : rows * classes > 8192)
  for (int64_t i = 0; i < rows; ++i) {
    const float* z = all + i * classes;
    float *d = dall + i * classes, top = z[0], sum = 0;
#pragma omp simd reduction(max : top)
    for (int64_t j = 0; j < classes; ++j) top = std::max(top, z[j]);
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < classes; ++j) sum += d[j] = fast_exp(z[j] - top);
    const auto right = static_cast<int64_t>(y[static_cast<size_t>(i)]);
    loss -= z[right] - top - std::log(sum);
    const float scale = 1 / (sum * static_cast<float>(rows));
#pragma omp simd
    for (int64_t j = 0; j < classes; ++j) d[j] *= scale;
    d[right] -= 1.f / static_cast<float>(rows);
  }
  return static_cast<float>(loss / static_cast<double>(rows));
}

void relu_backward(const memory& y, const memory& dy) {
  const int64_t n = count(dy);
  const float* a = floats(y);
  float* d = floats(dy);
#pragma omp parallel for simd schedule(static) if (parallel : n > 32768)
  for (int64_t i = 0; i < n; ++i) d[i] = a[i] > 0 ? d[i] : 0;
}

void add_to(const memory& x, const memory& y) {
  const int64_t n = count(x);
  const float* a = floats(y);
  float* to = floats(x);
#pragma omp parallel for simd schedule(static)
  for (int64_t i = 0; i < n; ++i) to[i] += a[i];
}

void sum_rows(const float* x, float* sum, int64_t rows, int64_t width) {
  constexpr int64_t chunk = 64;
#pragma omp parallel for schedule(static)
  for (int64_t c = 0; c < width; c += chunk) {
    const int64_t n = std::min(chunk, width - c);
    float total[chunk] = {};
    for (int64_t i = 0; i < rows; ++i)
#pragma omp simd
      for (int64_t j = 0; j < n; ++j) total[j] += x[i * width + c + j];
    for (int64_t j = 0; j < n; ++j) sum[c + j] = total[j];
  }
}

void embed(const float* table, const std::vector<int>& index, float* out, int64_t width) {
  const auto n = static_cast<int64_t>(index.size());
  const int* row = index.data();
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < n; ++i)
    std::memcpy(out + i * width, table + row[i] * width, static_cast<size_t>(width) * sizeof(float));
}

void embed_backward(float* dtable, int64_t entries, const std::vector<int>& index, const float* dout, int64_t width) {
  constexpr int64_t chunk = 16;
  const auto n = static_cast<int64_t>(index.size());
  const int* row = index.data();
#pragma omp parallel for schedule(static)
  for (int64_t c = 0; c < width; c += chunk) {
    for (int64_t e = 0; e < entries; ++e) std::memset(dtable + e * width + c, 0, chunk * sizeof(float));
    for (int64_t i = 0; i < n; ++i)
#pragma omp simd
      for (int64_t j = 0; j < chunk; ++j) dtable[row[i] * width + c + j] += dout[i * width + c + j];
  }
}

}  // namespace by_hand
