#include "tenon/tests/support/op_compare.h"

#include <cfenv>
#include <cmath>
#include <cstring>

#include "tenon/autograd/autograd.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

double tolerance_of(DType dtype) {
  switch (dtype) {
    case float64:
      return 1e-9;
    case float32:
      return 2e-5;
    case float16:
      return 4e-3;
    case bfloat16:
      return 3e-2;
    default:
      return 0;
  }
}

std::string difference(const Array& got, const Array& expected, double tolerance) {
  if (got.shape() != expected.shape()) return text("shape ", got.shape(), ", expected ", expected.shape());
  const std::vector<double> a = values(got), b = values(expected);
  for (size_t i = 0; i < a.size(); ++i) {
    const bool same = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])) ||
                      std::abs(a[i] - b[i]) <= tolerance * (1 + std::abs(b[i]));
    if (!same) return text("element ", i, " of ", got.shape(), " is ", a[i], ", expected ", b[i]);
  }
  return {};
}

bool same_bits(const Array& a, const Array& b) {
  const Array x = a.contiguous(), y = b.contiguous();
  const size_t bytes = static_cast<size_t>(x.numel()) * size_of(x.dtype());
  return x.shape() == y.shape() && x.dtype() == y.dtype() && (bytes == 0 || !std::memcmp(x.data(), y.data(), bytes));
}

namespace {

/// What the reference sees: the values after rounding to the dtype, which is the result's where that is floating and
/// the operand is not.
Arrays for_reference(const OpCase& row, const Arrays& inputs, DType result) {
  Arrays wide;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Array& x = inputs[i];
    const bool cast = row.inputs[i].floats() && is_floating(result) && is_integral(x.dtype());
    wide.push_back(cast ? x.to(result).to(float64) : x.dtype() == bool_ || x.dtype() == int64 ? x : x.to(float64));
  }
  return wide;
}

/// What is left of an integer in a dtype that does not hold it.
int64_t wrapped(double integer, DType dtype) {
  const double count = std::ldexp(1, 8 * static_cast<int>(size_of(dtype)));
  const double low = dtype == uint8 ? 0 : -count / 2;
  const double rest = std::fmod(integer, count);
  return static_cast<int64_t>(rest < low ? rest + count : rest >= low + count ? rest - count : rest);
}

/// Integers are compared exactly, wrapped around; but for those that the reference, which computes in float64, could
/// not but round.
std::string integer_difference(const OpCase& row, const Array& got, const Arrays& inputs) {
  const Arrays wide = for_reference(row, inputs, got.dtype());
  const Array reference = row.reference(wide);
  if (got.shape() != reference.shape()) return text("shape ", got.shape(), ", expected ", reference.shape());
  const std::vector<double> nearest = values(reference);
  std::vector<bool> rounded(nearest.size());
  for (int direction : {FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO}) {
    std::fesetround(direction);
    const std::vector<double> other = values(row.reference(wide));
    std::fesetround(FE_TONEAREST);
    for (size_t i = 0; i < other.size(); ++i) rounded[i] = rounded[i] || other[i] != nearest[i];
  }
  const Array whole = got.to(int64).contiguous();
  const auto* v = static_cast<const int64_t*>(whole.data());
  for (size_t i = 0; i < nearest.size(); ++i) {
    if (rounded[i] || !std::isfinite(nearest[i])) continue;
    const int64_t expected = wrapped(nearest[i], got.dtype());
    if (v[i] != expected) return text("element ", i, " of ", got.shape(), " is ", v[i], ", expected ", expected);
  }
  return {};
}

}  // namespace

std::string against_reference(const OpCase& row, const Array& got, const Arrays& inputs, double tolerance) {
  if (is_integral(got.dtype())) return integer_difference(row, got, inputs);
  const Array expected = row.reference(for_reference(row, inputs, got.dtype()));
  // What got's dtype cannot hold is an infinity.
  return difference(got, is_floating(got.dtype()) ? expected.to(got.dtype()) : expected, row.tolerance * tolerance);
}

Tensors leaves(const OpCase& row, const Arrays& inputs) {
  Tensors tensors;
  for (size_t i = 0; i < inputs.size(); ++i) {
    tensors.push_back(Tensor(inputs[i]));
    if (asks(row, i)) tensors.back().requires_grad(true);
  }
  return tensors;
}

Arrays gradients_of(const OpCase& row, const Arrays& inputs, bool create_graph) {
  const Tensors x = leaves(row, inputs);
  const Tensor y = row.call.tensors(x);
  Tensors wanted;
  for (size_t i = 0; i < x.size(); ++i) {
    if (asks(row, i)) wanted.push_back(x[i]);
  }
  const Tensor dy = make_inputs("dy", {normal(y.shape())}, float64)[0].to(y.dtype()).to(y.device());
  Arrays result;
  for (const Tensor& g :
       grad({y}, wanted, {.grad_outputs = {dy}, .create_graph = create_graph, .allow_unused = true})) {
    result.push_back(g.defined() ? g.array().cpu() : Array());
  }
  return result;
}

std::string compare_all(const Arrays& got, const Arrays& expected, double tolerance, const std::string& what) {
  for (size_t i = 0; i < got.size(); ++i) {
    if (got[i].defined() != expected[i].defined()) return text(what, ": gradient ", i, " is there only once");
    if (!got[i].defined()) continue;
    if (auto wrong = difference(got[i], expected[i], tolerance); !wrong.empty()) {
      return text(what, ": gradient ", i, ": ", wrong);
    }
  }
  return {};
}

Arrays everything(const OpCase& row, const Arrays& inputs) {
  Arrays all{row.call.arrays(inputs).cpu()};
  if (row.differentiable) {
    for (Array& g : gradients_of(row, inputs, false)) all.push_back(g);
  }
  return all;
}

Arrays on_device(const Arrays& arrays, Device device) {
  Arrays there;
  for (const Array& x : arrays) there.push_back(x.to(device));
  return there;
}

std::string sizes_text(const std::vector<Input>& inputs) {
  std::string result;
  for (const Input& input : inputs) result += text(result.empty() ? "" : ", ", input.shape);
  return result;
}

std::span<const Variant> variants() {
  static constexpr Variant all[] = {
      {"transposed",
       [](const Array& x) {
         Shape reversed;
         for (int i = x.ndim() - 1; i >= 0; --i) reversed.push_back(i);
         const Axes order(std::vector<int64_t>(reversed.begin(), reversed.end()));
         return permute(permute(x, order).contiguous(), order);
       }},
      {"sliced",
       [](const Array& x) {
         Shape wide = x.shape();
         for (int i = 0; i < x.ndim(); ++i) wide[i] = 2 * wide[i] + 1;
         Array part = full(wide, 3, x.dtype(), x.device());
         for (int i = 0; i < x.ndim(); ++i) part = slice(part, i, 1, to_end, 2);
         copy_(part, x);
         return part;
       }},
      {"expanded", [](const Array& x) { return expand(slice(x, 0, 0, 1), x.shape()); }},
      {"channels_last",
       [](const Array& x) {
         return x.ndim() == 4 ? permute(permute(x, {0, 2, 3, 1}).contiguous(), {0, 3, 1, 2}) : x;
       }},
  };
  return all;
}

}  // namespace tenon::testing
