#include "tenon/autograd/ops/rounding.h"

#include "tenon/autograd/record.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0 {

namespace {
Gradients zero(const Backward& b) { return gradients(zeros_like(b.dy().array())); }
}  // namespace

Tensor floor(const Tensor& x) { return record("floor", floor(x.array()), {x}, keep_nothing, zero); }
Tensor ceil(const Tensor& x) { return record("ceil", ceil(x.array()), {x}, keep_nothing, zero); }
Tensor round(const Tensor& x) { return record("round", round(x.array()), {x}, keep_nothing, zero); }
Tensor trunc(const Tensor& x) { return record("trunc", trunc(x.array()), {x}, keep_nothing, zero); }

}  // namespace tenon::inline v0
