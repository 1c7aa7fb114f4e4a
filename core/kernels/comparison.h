#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out (bool), a, b; or out (bool), x; of `where`: out, condition (bool), a, b, all but the condition of one
/// dtype.
struct ComparisonKernels {
  Slot<ElementwiseKernel> eq{"eq"}, ne{"ne"}, lt{"lt"}, le{"le"}, gt{"gt"}, ge{"ge"};
  Slot<ElementwiseKernel> logical_and{"logical_and", dtypes(bool_)}, logical_or{"logical_or", dtypes(bool_)},
      logical_xor{"logical_xor", dtypes(bool_)}, logical_not{"logical_not", dtypes(bool_)};
  Slot<ElementwiseKernel> isnan{"isnan", floating}, isinf{"isinf", floating}, isfinite{"isfinite", floating};
  Slot<ElementwiseKernel> where{"where", dtypes(bool_)};
};

}  // namespace v0
}  // namespace tenon
