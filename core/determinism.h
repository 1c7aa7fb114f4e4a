#pragma once
#include <cstdint>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Whether results must not depend on the number of threads, either. A run always repeats bit for bit on one machine
/// with one number of threads; `set_deterministic(true)` promises the same bits for any number of threads, and on
/// other devices chooses deterministic algorithms or throws, naming the op. For the whole process.
void set_deterministic(bool on);
bool deterministic();

/// How many threads a kernel may use, whichever thread of the process calls it: 1 to 1024, else ValueError. The
/// default is OpenMP's: the number of processors. A loader's workers use one each, whatever is set.
void set_num_threads(int64_t threads);
/// What holds for the calling thread.
int num_threads();

namespace detail {
/// For kernels that the calling thread runs, and for good.
void keep_num_threads(int threads);
}  // namespace detail

}  // namespace v0
}  // namespace tenon
