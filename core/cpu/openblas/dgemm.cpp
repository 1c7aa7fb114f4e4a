#include "tenon/core/cpu/openblas/dgemm.h"

#include <initializer_list>

#include <dlfcn.h>

#include "tenon/core/cpu/thread_limit.h"

namespace tenon::inline v0::openblas {

namespace {

constexpr int row_major = 101, no_transpose = 111, transpose = 112;
using Function = void(int order, int trans_a, int trans_b, int m, int n, int k, double alpha, const double* a, int lda,
                      const double* b, int ldb, double beta, double* c, int ldc);

Function* load() {
  for (const char* name : {"libopenblas.so.0", "libopenblas.so"}) {
    void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) continue;
    if (void* found = dlsym(library, "cblas_dgemm")) return reinterpret_cast<Function*>(found);
  }
  return nullptr;
}

}  // namespace

bool dgemm(int64_t m, int64_t n, int64_t k, Operand a, Operand b, double beta, double* c, int64_t leading) {
  static Function* const function = load();
  if (!function) return false;
  detail::keep_to_thread_limit();
  const auto narrow = [](int64_t x) { return static_cast<int>(x); };
  function(row_major, a.transposed ? transpose : no_transpose, b.transposed ? transpose : no_transpose, narrow(m),
           narrow(n), narrow(k), 1, a.data, narrow(a.leading), b.data, narrow(b.leading), beta, c, narrow(leading));
  return true;
}

}  // namespace tenon::inline v0::openblas
