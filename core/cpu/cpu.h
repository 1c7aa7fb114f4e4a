#pragma once
#include <string_view>

#include "tenon/core/backend.h"

namespace tenon::inline v0::detail {

/// Fills the CPU's table with the kernels of the best instruction-set level that was compiled and that this processor
/// has; the environment variable TENON_ISA (baseline, avx2, avx512) limits it.
void fill_cpu(Backend& backend);
/// The level taken.
std::string_view cpu_level_name();

}  // namespace tenon::inline v0::detail
