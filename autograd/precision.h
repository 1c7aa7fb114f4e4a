#pragma once
#include <utility>

#include "tenon/autograd/record.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

namespace detail {

enum class Precision : uint8_t { low, full };
bool in_autocast();
/// The scope's dtype; float32 outside.
DType autocast_dtype();
/// The tensor as the scope wants it; not defined where it stays as it is.
Tensor autocast(const Tensor& x, Precision precision);

/// The operands of an op: the originals by reference, or what autocast made of them.
template <size_t n>
class Operands {
 public:
  template <class... T>
  Operands(Precision precision, const T&... x) : originals_{&x...} {
    if (!in_autocast()) [[likely]]
      return;
    for (size_t i = 0; i < n; ++i) {
      if (originals_[i]->defined()) made_[i] = autocast(*originals_[i], precision);
    }
  }
  Operands(const Operands&) = delete;
  Operands& operator=(const Operands&) = delete;

  template <size_t i>
  const Tensor& get() const {
    return made_[i].node() ? made_[i] : *originals_[i];
  }

 private:
  const Tensor* originals_[n];
  Tensor made_[n];
};

}  // namespace detail

/// The first line of ops that gain from a 16-bit type (products, convolutions): `auto [x, w] = low_precision(x0, w0);`.
/// Inside an Autocast float32 operands come as the scope's dtype, by a recorded cast; outside it is a branch.
template <class... T>
detail::Operands<sizeof...(T)> low_precision(const T&... x) {
  return {detail::Precision::low, x...};
}
/// The first line of ops that need range or many digits (losses, norms, softmax, exp, sums): inside an Autocast 16-bit
/// operands come as float32.
template <class... T>
detail::Operands<sizeof...(T)> full_precision(const T&... x) {
  return {detail::Precision::full, x...};
}

}  // namespace v0
}  // namespace tenon

template <size_t n>
struct std::tuple_size<tenon::detail::Operands<n>> : std::integral_constant<size_t, n> {};
template <size_t i, size_t n>
struct std::tuple_element<i, tenon::detail::Operands<n>> {
  using type = const tenon::Tensor;
};
