// Part of the contract of a backend: header-only, without state, understood by nvcc.
#pragma once
#include "tenon/core/dtype.h"
#include "tenon/core/kernels/launch.h"
#include "tenon/core/kernels/loop.h"
#include "tenon/core/kernels/view.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

template <class Kernel>
class Slot;

/// A place for one kernel in a backend's table: the op's name, the dtypes it takes, and the function, if the backend
/// has one. Every kernel takes `const Launch&` last and returns a Status.
template <class... Args>
class Slot<Status(Args...)> {
 public:
  using Function = Status (*)(Args...);

  constexpr explicit Slot(const char* name, DTypes accepted = all_dtypes) : name_(name), accepted_(accepted) {}
  constexpr Slot& operator=(Function kernel) {
    function_ = kernel;
    return *this;
  }
  TENON_INLINE Function function() const { return function_; }
  TENON_INLINE const char* name() const { return name_; }
  TENON_INLINE DTypes accepted() const { return accepted_; }

 private:
  Function function_ = nullptr;
  const char* name_;
  DTypes accepted_;
};

/// Elementwise over a Loop whose operand 0 is the output.
using ElementwiseKernel = Status(const Loop&, const Launch&);

}  // namespace v0
}  // namespace tenon
