#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "tenon/core/error.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Stands for the value of a `Required` that is filled in afterwards: for `make_options`, and for nobody else.
struct Unset {};

/// Whether T is an options struct: it has `fields`, see Fields.
template <class T>
concept HasFields = requires {
  typename T::fields;
};

/// An O with its defaults, and placeholders where a value is required. The required members come first in O.
template <class O>
O make_options();

/// A value without a default: an options struct that holds one does not compile unless it is given.
///
///     struct LinearOptions { Required<int64_t> in, out; bool bias = true; };
///     LinearOptions{.in = 3, .out = 1};   // fine
///     LinearOptions{.in = 3};             // does not compile
///
/// It takes whatever makes a T (`.kernel = 3` and `.kernel = {3, 5}` for a Pair), but no fraction for an integer.
template <class T>
struct Required {
  T value;

  template <class... U>
  requires(sizeof...(U) > 0 && std::is_constructible_v<T, U...> &&
           !(std::is_same_v<std::remove_cvref_t<U>, Required> || ...) &&
           !(std::is_integral_v<T> && (std::is_floating_point_v<std::remove_cvref_t<U>> || ...))) Required(U&&... u)
      : value(make(std::forward<U>(u)...)) {}
  Required(Unset) : value(placeholder()) {}

  operator const T&() const { return value; }
  /// A Size or Count goes all the way to its number.
  operator int64_t() const requires(!std::is_same_v<T, int64_t> && std::is_convertible_v<T, int64_t>) { return value; }

 private:
  // Braces where they do, so that {1, 2} is a list of two for a vector.
  template <class... U>
  static T make(U&&... u) {
    if constexpr (requires { T{std::forward<U>(u)...}; }) {
      return T{std::forward<U>(u)...};
    } else {
      return T(std::forward<U>(u)...);
    }
  }

  static T placeholder() {
    if constexpr (HasFields<T>) {
      return make_options<T>();
    } else {
      return T();
    }
  }
};

/// Height and width, or two of anything: `3` means {3, 3}.
struct Pair {
  int64_t h = 0;
  int64_t w = 0;

  Pair() = default;
  Pair(int64_t both) : h(both), w(both) {}
  Pair(int64_t height, int64_t width) : h(height), w(width) {}

  friend bool operator==(const Pair&, const Pair&) = default;
};

/// `3`, or `[3, 5]`.
std::string pair_text(Pair value);
/// Throws ValueError: `kernel must be positive, got [3, 0]`.
void check_positive(Pair value, const char* name);

namespace detail {
/// Throws ValueError: `expected at least <least>, got <value>`.
[[noreturn]] void throw_below(int64_t least, int64_t value);
}  // namespace detail

/// An integer that is not below Least. It takes anything, so that `checked` can name the option that it stands for; one
/// that is below throws ValueError when it is read.
template <int64_t Least>
struct AtLeast {
  AtLeast() = default;
  AtLeast(int64_t value) : value_(value) {}
  operator int64_t() const {
    if (value_ < Least) detail::throw_below(Least, value_);
    return value_;
  }
  /// What it was given.
  int64_t given() const { return value_; }

 private:
  int64_t value_ = Least;
};

/// How many there are: 0 or more.
using Count = AtLeast<0>;
/// An extent of something that exists: 1 or more.
using Size = AtLeast<1>;

/// The name of the member that M points to: "in" for &LinearOptions::in.
template <auto M>
constexpr std::string_view member_name() {
  // "... [with auto M = &tenon::LinearOptions::in; ...]": what stands between the last :: and ; or ].
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr size_t end = text.find_first_of(";]", text.find("M = "));
  constexpr size_t begin = text.rfind("::", end) + 2;
  return text.substr(begin, end - begin);
}

/// The members of an options struct that configs can name, in the order in which they are declared:
///
///     using O = LinearOptions;
///     using fields = Fields<&O::in, &O::out, &O::bias>;
///
/// If the struct also has `void check() const`, it is called by `checked`, and after reading a config: what it throws
/// is reported with its place, that of the member whose name is the text's first word, up to a space or a colon:
/// `lr must not be negative`.
template <auto... M>
struct Fields {
  static constexpr size_t size = sizeof...(M);
  static constexpr std::array<std::string_view, size> names = {member_name<M>()...};

  /// Calls f(name, member) for each, in order.
  template <class Options, class F>
  static void each([[maybe_unused]] Options& options, [[maybe_unused]] F&& f) {
    (f(member_name<M>(), options.*M), ...);
  }
};

namespace detail {
/// Throws ValueError: `Linear: in must be positive, got 0`.
void check_option(const char* owner, std::string_view name, int64_t least, int64_t value);
/// Throws ValueError: the error's text behind the owner's name.
[[noreturn]] void throw_options(const char* owner, const Error& error);

template <class T>
void check_member(const char*, std::string_view, const T&) {}
template <int64_t Least>
void check_member(const char* owner, std::string_view name, const AtLeast<Least>& value) {
  check_option(owner, name, Least, value.given());
}
template <class T>
void check_member(const char* owner, std::string_view name, const Required<T>& value) {
  check_member(owner, name, value.value);
}
}  // namespace detail

/// The options of `owner`, once every member holds what its type demands and their `check()`, if they have one, agrees.
/// Throws ValueError, naming owner and option.
template <HasFields O>
const O& checked(const char* owner, const O& options) {
  O::fields::each(options,
                  [owner](std::string_view name, const auto& member) { detail::check_member(owner, name, member); });
  if constexpr (requires { options.check(); }) {
    try {
      options.check();
    } catch (const Error& error) {
      detail::throw_options(owner, error);
    }
  }
  return options;
}

/// The options of something that has none.
struct NoOptions {
  using fields = Fields<>;
};

template <class O>
O make_options() {
  constexpr Unset unset;
  if constexpr (requires { O{}; }) {
    return O{};
  } else if constexpr (requires { O{unset}; }) {
    return O{unset};
  } else if constexpr (requires { O{unset, unset}; }) {
    return O{unset, unset};
  } else if constexpr (requires { O{unset, unset, unset}; }) {
    return O{unset, unset, unset};
  } else if constexpr (requires { O{unset, unset, unset, unset}; }) {
    return O{unset, unset, unset, unset};
  } else {
    static_assert(
        requires {
          O{unset, unset, unset, unset, unset};
        },
        "required members come first in an options struct, and there are at most five");
    return O{unset, unset, unset, unset, unset};
  }
}

}  // namespace v0
}  // namespace tenon
