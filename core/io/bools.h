// Internal: bools that come from files.
#pragma once
#include "tenon/core/array.h"

namespace tenon::inline v0::detail {

/// The array, in which every byte but 0 stands for true, as kernels want it: 0 and 1. A dense array on the CPU; those
/// of other dtypes come back as they are.
Array normal_bools(const Array& x);

}  // namespace tenon::inline v0::detail
