// The members of an aggregate without naming them, so that a new kernel family needs no line in a test device.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tenon::testing {

namespace members {

template <class T, size_t I>
struct Place {
  friend constexpr auto member_of(Place);
};
/// Making one of these says what the member at a place is.
template <class T, size_t I, class Member>
struct Said {
  friend constexpr auto member_of(Place<T, I>) { return std::type_identity<Member>(); }
};
template <class T, size_t I>
struct Ask {
  template <class Member, size_t = sizeof(Said<T, I, Member>)>
  operator Member() const;
};
/// Stands for any member, to count them.
struct Any {
  template <class Member>
  operator Member() const;
};

template <class T, size_t... I>
constexpr bool has_members(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), Any())...}; };
}
template <class T, size_t N = 1>
constexpr size_t count() {
  if constexpr (has_members<T>(std::make_index_sequence<N + 1>())) return count<T, N + 1>();
  return N;
}
template <class T, size_t... I>
constexpr size_t ask(std::index_sequence<I...>) {
  return sizeof(T{Ask<T, I>()...});
}

template <class T, size_t I, size_t N, size_t Offset, class F>
void visit(const F& f) {
  using Member = typename decltype(member_of(Place<T, I>()))::type;
  constexpr size_t at = (Offset + alignof(Member) - 1) / alignof(Member) * alignof(Member);
  f.template operator()<Member, at>();
  if constexpr (I + 1 < N) visit<T, I + 1, N, at + sizeof(Member)>(f);
}

}  // namespace members

/// Calls f<Member, Offset>() for every member of the aggregate T.
template <class T, class F>
void for_each_member(const F& f) {
  constexpr size_t n = members::count<T>();
  static_assert(members::ask<T>(std::make_index_sequence<n>()) == sizeof(T));
  members::visit<T, 0, n, 0>(f);
}

}  // namespace tenon::testing
