#pragma once
#include "tenon/core/dtype.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

namespace detail {
class AutocastScope;
}

/// While it lives, ops of the thread that gain from a 16-bit type (products, convolutions) cast their operands to
/// `dtype`, and ops that need range (losses, layer norm, softmax, exp, sums) cast 16-bit ones to float32. Parameters
/// stay what they are, and so do their gradients; a parameter's cast is made once in a scope. Backward passes are not
/// touched: they run in the dtypes of the forward. float32 as `dtype` switches an outer scope off. Throws DTypeError
/// for a dtype other than float16, bfloat16, float32.
class Autocast {
 public:
  explicit Autocast(DType dtype);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  detail::AutocastScope* scope_ = nullptr;  ///< owned
  detail::AutocastScope* outer_;
};

}  // namespace v0
}  // namespace tenon
