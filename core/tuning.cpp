#include "tenon/core/tuning.h"

#include "tenon/core/dispatch.h"

namespace tenon::inline v0 {

void set_tf32(bool on) { detail::set_launch_flag(Launch::tf32, on); }
bool tf32() { return detail::launch_flag(Launch::tf32); }

void set_benchmark(bool on) { detail::set_launch_flag(Launch::benchmark, on); }
bool benchmark() { return detail::launch_flag(Launch::benchmark); }

}  // namespace tenon::inline v0
