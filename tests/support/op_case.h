// A row of the op table. A row alone yields every check in op_checks.h, and a line in the benchmark.
#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "tenon/autograd/tensor.h"
#include "tenon/core/array.h"

namespace tenon::testing {

using Arrays = std::vector<Array>;
using Tensors = std::vector<Tensor>;

/// How one operand of a row is made. Values depend on the row's name and the operand's place only.
struct Input {
  enum class Kind { normal, positive, uniform, away_from, distinct, index, mask };
  Kind kind;
  Shape shape;
  double a = 0, b = 0;
  bool may_miss = false;  ///< an undefined Array in its place means: none

  /// Takes the row's dtype in turn, and gradients; the others keep int64 or bool.
  bool floats() const { return kind != Kind::index && kind != Kind::mask; }
};
/// Standard normal values.
inline Input normal(Shape shape) { return {Input::Kind::normal, shape}; }
/// In [0.5, 2).
inline Input positive(Shape shape) { return {Input::Kind::positive, shape}; }
/// In [low, high).
inline Input uniform(double low, double high, Shape shape) { return {Input::Kind::uniform, shape, low, high}; }
/// Normal values, none nearer than 0.1 to a place where the gradient jumps.
inline Input away_from(double kink, Shape shape) { return {Input::Kind::away_from, shape, kink}; }
/// A random permutation of numbers 0.1 apart, around 0: no ties.
inline Input distinct(Shape shape) { return {Input::Kind::distinct, shape}; }
/// int64 in [0, n).
inline Input index(int64_t n, Shape shape) { return {Input::Kind::index, shape, static_cast<double>(n)}; }
/// bool.
inline Input mask(Shape shape) { return {Input::Kind::mask, shape}; }
/// An operand that may be left out: an undefined one in its place means none.
inline Input optional(Input input) {
  input.may_miss = true;
  return input;
}

/// The op of a row, from one captureless generic lambda: once over Arrays, once over Tensors. It is called often with
/// the same operands and must give the same each time: random ops get a Generator of their own in it.
struct Call {
  Array (*arrays)(const Arrays&);
  Tensor (*tensors)(const Tensors&);

  template <class F>
  Call(F)  // NOLINT: implicit by design
      : arrays([](const Arrays& x) -> Array { return F{}(x); }),
        tensors([](const Tensors& x) -> Tensor { return F{}(x); }) {}
};

/// Operands that the op must refuse, and the text of the error. `call` if not the row's own.
struct Misuse {
  std::vector<Input> inputs;
  std::string text;
  std::optional<Call> call{};
};

/// What PyTorch's autocast does with the operands of an op on CUDA (2.13, the lists in ATen/autocast_mode.h), and
/// Tenon's too.
enum class Cast {
  none,    ///< nothing: the op takes them as they are
  low,     ///< float32 to the scope's dtype
  full,    ///< 16 bits to float32
  widest,  ///< all to the dtype that holds all
  first    ///< float32 to the dtype of the first operand, where that has 16 bits
};

struct OpCase {
  std::string name;  ///< op, or op/option
  Cast autocast = Cast::none;
  Call call;
  Array (*reference)(const Arrays&);  ///< naive; sees float64, int64 and bool only; std::out_of_range: other sizes
  std::vector<Input> inputs;
  DTypes dtypes = floating;    ///< of the floating inputs, compared with the reference; the others throw DTypeError
  DTypes wraps = 0;            ///< taken too, but with another meaning: bool's add is or
  bool differentiable = true;  ///< first and second order are checked
  double tolerance = 1;        ///< factor on the comparison's tolerances
  bool exact = false;          ///< the same bits on every device: it moves, compares or draws; set by its family
  bool adds = false;           ///< but for this row of it, which adds up in an order that a device chooses
  bool serial = false;         ///< on the CPU with determinism: enters no parallel region, however large the operands
  bool takes_empty = true;     ///< a size of the operands may be 0
  std::vector<Misuse> misuses{};
  bool keeps_first_dtype = false;  ///< of several floating dtypes the result has the first operand's
  std::string family{};            ///< `arithmetic`; filled in by op_cases()
  const char* cpu_only = nullptr;  ///< why other devices have no kernel for it
  const char* first = nullptr;     ///< the op that meets the operands, where `call` calls others before the row's own
};

/// What test reports show of a row.
void PrintTo(const OpCase& row, std::ostream* out);

/// Every row. One line a family in op_cases.cpp.
const std::vector<OpCase>& op_cases();

}  // namespace tenon::testing
