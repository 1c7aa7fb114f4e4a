// Passes over memory that are ours, and functions that gcc turns into vectors.
#pragma once
#include <bit>

#include "step.h"

namespace by_hand {

/// exp, relative error below 2e-7: 2^n times a polynomial in the rest.
inline float fast_exp(float x) {
  x = x < -87.f ? -87.f : x > 88.f ? 88.f : x;
  const float shifted = x * 1.44269504f + 12582912.f;  // 1.5 * 2^23: the low bits hold round(x / ln 2)
  const float n = shifted - 12582912.f;
  const float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1;
  return p * std::bit_cast<float>((std::bit_cast<int>(shifted) << 23) + 0x3f800000);
}
inline float fast_sigmoid(float x) { return 1 / (1 + fast_exp(-x)); }
inline float fast_tanh(float x) { return 1 - 2 / (1 + fast_exp(2 * x)); }

/// Mean cross-entropy of one row of logits for each y, over `classes`, and its gradient.
float softmax_cross_entropy(const memory& logits, const memory& dlogits, const std::vector<int>& y, int64_t classes);
/// dy = y > 0 ? dy : 0 in place, for any two buffers of one layout.
void relu_backward(const memory& y, const memory& dy);
/// x += y
void add_to(const memory& x, const memory& y);

void sum_rows(const float* x, float* sum, int64_t rows, int64_t width);
/// out[i] = table[index[i]], rows of `width` floats.
void embed(const float* table, const std::vector<int>& index, float* out, int64_t width);
/// dtable = the rows of dout added up by index. Each thread has its own columns.
void embed_backward(float* dtable, int64_t entries, const std::vector<int>& index, const float* dout, int64_t width);

}  // namespace by_hand
