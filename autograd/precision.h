#pragma once
#include <utility>

#include "tenon/autograd/record.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

namespace detail {

enum class Precision : uint8_t { low, full, widest, first };
bool in_autocast();
/// The scope's dtype; float32 outside.
DType autocast_dtype();
/// The operands as the scope wants them; not defined where they stay as they are.
void autocast(Precision precision, const Tensor* const* operands, Tensor* made, size_t n);

/// The operands of an op: the originals by reference, or what autocast made of them.
template <size_t n>
class Operands {
 public:
  template <class... T>
  Operands(Precision precision, const T&... x) : originals_{&x...} {
    if (!in_autocast()) [[likely]]
      return;
    autocast(precision, originals_, made_, n);
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
/// The first line of ops that need range or many digits (losses, layer norm, softmax, exp, sums): inside an Autocast
/// 16-bit operands come as float32.
template <class... T>
detail::Operands<sizeof...(T)> full_precision(const T&... x) {
  return {detail::Precision::full, x...};
}
/// The first line of ops whose operands have to be alike: inside an Autocast floating ones come as the dtype that holds
/// all of them.
template <class... T>
detail::Operands<sizeof...(T)> widest_precision(const T&... x) {
  return {detail::Precision::widest, x...};
}
/// The first line of ops that compute in float32 whatever they are given, and change little (batch norm): inside an
/// Autocast float32 operands come as the dtype of the first where that has 16 bits.
template <class... T>
detail::Operands<sizeof...(T)> first_precision(const T&... x) {
  return {detail::Precision::first, x...};
}

}  // namespace v0
}  // namespace tenon

template <size_t n>
struct std::tuple_size<tenon::detail::Operands<n>> : std::integral_constant<size_t, n> {};
template <size_t i, size_t n>
struct std::tuple_element<i, tenon::detail::Operands<n>> {
  using type = const tenon::Tensor;
};
