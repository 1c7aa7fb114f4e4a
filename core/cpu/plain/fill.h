// Kernels that vector instructions do not help: compiled once, free to use the standard library. They share the loops'
// helpers, as a level named `plain` (core/CMakeLists.txt).
#pragma once
#include "tenon/core/backend.h"

namespace tenon::inline v0::cpu_level::plain {

// One line a family.
void fill_arrange(ArrangeKernels& kernels);
void fill_index(IndexKernels& kernels);
void fill_sort(SortKernels& kernels);

void fill(Backend& backend);

}  // namespace tenon::inline v0::cpu_level::plain
