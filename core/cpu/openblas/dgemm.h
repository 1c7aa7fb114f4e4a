// Internal: float64 products by OpenBLAS, whose library is opened at the first large one: it costs start-up time and
// memory that most programs never need.
#pragma once
#include <cstdint>

namespace tenon::inline v0::openblas {

/// A row-major matrix with its leading dimension, or the transpose of one.
struct Operand {
  const double* data;
  int64_t leading;
  bool transposed;
};

/// c [m, n] (rows `leading` apart) = a [m, k] b [k, n] + beta c. False where there is no OpenBLAS.
bool dgemm(int64_t m, int64_t n, int64_t k, Operand a, Operand b, double beta, double* c, int64_t leading);

}  // namespace tenon::inline v0::openblas
