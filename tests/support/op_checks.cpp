#include "tenon/tests/support/op_checks.h"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstring>

#include "tenon/autograd/autograd.h"
#include "tenon/core/determinism.h"
#include "tenon/core/error.h"
#include "tenon/core/promotion.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_inputs.h"
#include "tenon/tests/support/regions.h"

namespace tenon::testing {

namespace {

/// Relative and absolute tolerance of one dtype against float64.
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

/// Where two arrays differ by more than the tolerance, as text.
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

std::string against_reference(const OpCase& row, const Array& got, const Arrays& inputs, double tolerance) {
  if (is_integral(got.dtype())) return integer_difference(row, got, inputs);
  const Array expected = row.reference(for_reference(row, inputs, got.dtype()));
  // What got's dtype cannot hold is an infinity.
  return difference(got, is_floating(got.dtype()) ? expected.to(got.dtype()) : expected, row.tolerance * tolerance);
}

bool asks(const OpCase& row, size_t i) { return row.inputs[i].floats(); }

/// Leaves over the given memory; the floating ones ask for gradients.
Tensors leaves(const OpCase& row, const Arrays& inputs) {
  Tensors tensors;
  for (size_t i = 0; i < inputs.size(); ++i) {
    tensors.push_back(Tensor(inputs[i]));
    if (asks(row, i)) tensors.back().requires_grad(true);
  }
  return tensors;
}

/// The gradients of the floating inputs for a fixed, uneven dy.
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

struct Variant {
  const char* name;
  Array (*make)(const Array&);
};

/// The same values in other strides; expanded: the first row everywhere.
constexpr Variant variants[] = {
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
       Array part = full(wide, 3, x.dtype());
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

/// Calls check(inputs, plain copies, name) for every operand in every layout.
template <class Check>
std::string over_layouts(const OpCase& row, const Check& check) {
  const Arrays plain = make_inputs(row, contains(row.dtypes, float64) ? float64 : float32);
  for (size_t i = 0; i < plain.size(); ++i) {
    if (plain[i].ndim() == 0 || plain[i].numel() == 0) continue;
    for (const Variant& variant : variants) {
      Arrays inputs = plain, copies = plain;
      inputs[i] = variant.make(plain[i]);
      copies[i] = inputs[i].contiguous().clone();
      if (auto wrong = check(inputs, copies); !wrong.empty()) return text("input ", i, " ", variant.name, ": ", wrong);
    }
  }
  return {};
}

/// Restores threads and determinism.
class Determinism {
 public:
  Determinism() { set_deterministic(true); }
  ~Determinism() {
    set_deterministic(false);
    set_num_threads(threads_);
  }

 private:
  int threads_ = num_threads();
};

template <class F>
std::string guarded(const F& check) {
  try {
    return check();
  } catch (const std::exception& e) {
    return text("throws: ", e.what());
  }
}

}  // namespace

std::string check_forward(const OpCase& row) {
  const bool has_floats = std::any_of(row.inputs.begin(), row.inputs.end(), [](const Input& i) { return i.floats(); });
  for (int t = 0; t < dtype_count; ++t) {
    const DType dtype = static_cast<DType>(t);
    const bool listed = contains(row.dtypes, dtype);
    if ((!has_floats && dtype != float64) || contains(row.wraps, dtype)) continue;
    std::string wrong;
    try {
      const Arrays inputs = make_inputs(row, dtype);
      const Array got = row.call.arrays(inputs);
      if (!listed) return text(name_of(dtype), " is accepted but not listed");
      wrong = against_reference(row, got, inputs, std::max(tolerance_of(dtype), tolerance_of(got.dtype())));
    } catch (const DTypeError& e) {
      if (listed) wrong = text("throws: ", e.what());
    } catch (const std::exception& e) {
      wrong = text(listed ? "throws: " : "throws no DTypeError, but: ", e.what());
    }
    if (!wrong.empty()) return text(name_of(dtype), ": ", wrong);
  }
  return {};
}

/// Of operands that may be refused; whether they were not.
static std::string check_sizes(const OpCase& row, const std::vector<Input>& sizes, bool& taken) {
  const Arrays inputs = make_inputs(row.name, sizes, contains(row.dtypes, float64) ? float64 : float32);
  Array got;
  try {
    got = row.call.arrays(inputs);
  } catch (const Error&) {
    taken = false;
    return {};
  }
  taken = true;
  const double tolerance = tolerance_of(got.dtype());
  try {
    if (auto wrong = against_reference(row, got, inputs, tolerance); !wrong.empty()) return wrong;
  } catch (const std::out_of_range&) {
    // The reference is written for one size.
  }
  if (auto wrong = difference(row.call.tensors(leaves(row, inputs)).array(), got, tolerance); !wrong.empty()) {
    return "Tensor: " + wrong;
  }
  if (!row.differentiable) return {};
  const Arrays fused = gradients_of(row, inputs, false);
  for (size_t i = 0, k = 0; i < inputs.size(); ++i) {
    if (!asks(row, i)) continue;
    const Array& g = fused[k++];
    if (g.defined() && g.shape() != inputs[i].shape()) {
      return text("gradient of input ", i, " has shape ", g.shape(), ", the input ", inputs[i].shape());
    }
  }
  return compare_all(fused, gradients_of(row, inputs, true), 1e-9 * row.tolerance, "fused");
}

static std::string sizes_text(const std::vector<Input>& inputs) {
  std::string result;
  for (const Input& input : inputs) result += text(result.empty() ? "" : ", ", input.shape);
  return result;
}

std::string check_degenerate(const OpCase& row) {
  std::vector<std::vector<Input>> candidates = resized(row, 0);
  const size_t without_axes = candidates.size();
  candidates.push_back(row.inputs);
  for (Input& input : candidates.back()) input.shape = {};
  bool takes_empty = false;
  for (size_t i = 0; i < candidates.size(); ++i) {
    bool taken = false;
    auto wrong = guarded([&] { return check_sizes(row, candidates[i], taken); });
    if (!wrong.empty()) return text("inputs ", sizes_text(candidates[i]), ": ", wrong);
    if (i != without_axes) takes_empty |= taken;
  }
  const bool has_sizes =
      std::any_of(row.inputs.begin(), row.inputs.end(), [](const Input& input) { return input.shape.numel() > 1; });
  if (has_sizes && takes_empty != row.takes_empty) return takes_empty ? "takes a size of 0" : "takes no size of 0";
  return {};
}

/// The dtype of a result of all floating operands: those with axes beat those without.
static DType promoted(const OpCase& row, const Arrays& inputs) {
  std::optional<DType> with_axes, without;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!asks(row, i)) continue;
    std::optional<DType>& type = inputs[i].ndim() > 0 ? with_axes : without;
    type = type ? promote(*type, inputs[i].dtype()) : inputs[i].dtype();
  }
  return with_axes ? *with_axes : *without;
}

static std::string check_mixture(const OpCase& row, const Arrays& inputs) {
  const DType wide = row.keeps_first_dtype ? inputs[0].dtype() : promoted(row, inputs);
  Arrays cast = inputs;
  for (size_t i = 0; i < cast.size(); ++i) {
    if (asks(row, i)) cast[i] = cast[i].to(wide);
  }
  const Array got = row.call.arrays(inputs), expected = row.call.arrays(cast);
  if (got.dtype() != expected.dtype()) {
    return text("the result is ", name_of(got.dtype()), ", expected ", name_of(expected.dtype()));
  }
  if (auto wrong = difference(got, expected, row.tolerance * tolerance_of(got.dtype())); !wrong.empty()) return wrong;
  if (!row.differentiable) return {};
  const Arrays gradients = gradients_of(row, inputs, false), wide_gradients = gradients_of(row, cast, false);
  double tolerance = tolerance_of(wide);
  for (size_t i = 0, k = 0; i < inputs.size(); ++i) {
    if (!asks(row, i)) continue;
    const Array& g = gradients[k++];
    if (g.defined() && g.dtype() != inputs[i].dtype()) {
      return text("gradient ", i, " is ", name_of(g.dtype()), ", the input ", name_of(inputs[i].dtype()));
    }
    tolerance = std::max(tolerance, tolerance_of(inputs[i].dtype()));
  }
  return compare_all(gradients, wide_gradients, row.tolerance * tolerance, "mixed");
}

std::string check_mixed_dtypes(const OpCase& row) {
  if (std::count_if(row.inputs.begin(), row.inputs.end(), [](const Input& i) { return i.floats(); }) < 2) return {};
  constexpr std::pair<DType, DType> pairs[] = {{float32, float64},  {float64, float32},  {bfloat16, float32},
                                               {float32, bfloat16}, {float16, bfloat16}, {bfloat16, float16}};
  for (const auto& [one, others] : pairs) {
    if (!contains(row.dtypes, one) || !contains(row.dtypes, others)) continue;
    for (size_t i = 0; i < row.inputs.size(); ++i) {
      if (!asks(row, i)) continue;
      Arrays inputs = make_inputs(row, others);
      inputs[i] = make_inputs(row, one)[i];
      if (auto wrong = guarded([&] { return check_mixture(row, inputs); }); !wrong.empty()) {
        return text("input ", i, " ", name_of(one), ", the others ", name_of(others), ": ", wrong);
      }
    }
  }
  return {};
}

std::string check_undefined(const OpCase& row) {
  const Arrays given = make_inputs(row, contains(row.dtypes, float32) ? float32 : float64);
  const std::string op = row.first ? row.first : row.name.substr(0, row.name.find('/'));
  for (size_t i = 0; i < given.size(); ++i) {
    Arrays inputs = given;
    inputs[i] = Array();
    const auto refused = [&](const char* type, const auto& run) -> std::string {
      try {
        run();
      } catch (const ValueError& e) {
        const std::string_view what = e.what();
        const bool said = what.starts_with(op + ": ") && what.ends_with(" is not defined");
        return said && !row.inputs[i].may_miss ? "" : text(type, " without input ", i, ": ", what);
      } catch (const std::exception& e) {
        return text(type, " without input ", i, ": ", e.what());
      }
      return row.inputs[i].may_miss ? "" : text(type, " without input ", i, ": nothing was thrown");
    };
    if (auto wrong = refused("Array", [&] { row.call.arrays(inputs); }); !wrong.empty()) return wrong;
    Tensors tensors(inputs.begin(), inputs.end());
    tensors[i] = Tensor();
    if (auto wrong = refused("Tensor", [&] { row.call.tensors(tensors); }); !wrong.empty()) return wrong;
  }
  return {};
}

std::string check_misuses(const OpCase& row) {
  for (const Misuse& misuse : row.misuses) {
    const Arrays inputs = make_inputs(row.name, misuse.inputs, contains(row.dtypes, float32) ? float32 : int64);
    const Call& call = misuse.call ? *misuse.call : row.call;
    const auto refused = [&](const char* type, const auto& run) -> std::string {
      try {
        run();
      } catch (const Error& e) {
        if (e.what() == misuse.text) return {};
        return text(type, ": expected: ", misuse.text, "\n  got: ", e.what());
      }
      return text(type, ": nothing was thrown; expected: ", misuse.text);
    };
    if (auto wrong = refused("Array", [&] { call.arrays(inputs); }); !wrong.empty()) return wrong;
    const Tensors tensors(inputs.begin(), inputs.end());
    if (auto wrong = refused("Tensor", [&] { call.tensors(tensors); }); !wrong.empty()) return wrong;
  }
  return {};
}

std::string check_layouts(const OpCase& row) {
  return guarded([&] {
    return over_layouts(row, [&](const Arrays& inputs, const Arrays& copies) {
      const Array expected = row.call.arrays(copies);
      const double tolerance = row.tolerance * tolerance_of(expected.dtype());
      const Array got = row.call.arrays(inputs);
      if (auto wrong = difference(got, expected, tolerance); !wrong.empty()) return wrong;
      return difference(row.call.tensors(leaves(row, inputs)).array(), expected, tolerance);
    });
  });
}

std::string check_gradients(const OpCase& row) {
  return guarded([&]() -> std::string {
    const Arrays inputs = make_inputs(row, float64);
    const auto function = [&row](const Tensors& x) { return row.call.tensors(x); };
    if (auto wrong = gradcheck(function, leaves(row, inputs)); !wrong.empty()) return wrong;
    const Arrays composed = gradients_of(row, inputs, true);
    if (auto wrong = compare_all(gradients_of(row, inputs, false), composed, 1e-9 * row.tolerance, "fused");
        !wrong.empty()) {
      return wrong;
    }
    return over_layouts(row, [&](const Arrays& strided, const Arrays& copies) {
      return compare_all(gradients_of(row, strided, false), gradients_of(row, copies, false), 1e-9 * row.tolerance,
                         "layout");
    });
  });
}

std::string check_second_gradients(const OpCase& row) {
  return guarded([&] {
    const auto function = [&row](const Tensors& x) { return row.call.tensors(x); };
    return gradgradcheck(function, leaves(row, make_inputs(row, float64)));
  });
}

/// Values and gradients.
static Arrays everything(const OpCase& row, const Arrays& inputs) {
  Arrays all{row.call.arrays(inputs)};
  if (row.differentiable) {
    for (Array& g : gradients_of(row, inputs, false)) all.push_back(g);
  }
  return all;
}

static std::string compare_threads(const OpCase& row, const Arrays& inputs) {
  set_num_threads(1);
  const Arrays expected = everything(row, inputs);
  for (int threads = 2; threads <= 3; ++threads) {
    set_num_threads(threads);
    const Arrays got = everything(row, inputs);
    for (size_t i = 0; i < got.size(); ++i) {
      if (!got[i].defined() && !expected[i].defined()) continue;
      if (!same_bits(got[i], expected[i])) {
        return text(threads, " threads give other bits for ", i == 0 ? "the output" : text("gradient ", i - 1));
      }
    }
  }
  return {};
}

std::string check_threads(const OpCase& row) {
  const Determinism scope;
  const DType dtype = contains(row.dtypes, float32) ? float32 : float64;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return guarded([&] { return compare_threads(row, make_inputs(row, dtype)); });
#endif
  bool parallel = false;
  for (const std::vector<Input>& sizes : enlarged(row, 120000)) {
    const Arrays inputs = make_inputs(row.name, sizes, dtype);
    const int64_t before = parallel_regions();
    set_num_threads(2);
    try {
      row.call.arrays(inputs);
    } catch (const Error&) {
      continue;  // these sizes do not fit together
    }
    if (auto wrong = guarded([&] { return compare_threads(row, inputs); }); !wrong.empty()) {
      return text("inputs ", sizes_text(sizes), ": ", wrong);
    }
    parallel |= parallel_regions() > before;
  }
  if (parallel == row.serial)
    return parallel ? "a serial row enters a parallel region" : "no parallel region is entered";
  return {};
}

std::string check_device(const OpCase& row, Device device) {
  return guarded([&]() -> std::string {
    const Arrays inputs = make_inputs(row, contains(row.dtypes, float32) ? float32 : float64);
    Arrays there;
    for (const Array& x : inputs) there.push_back(x.to(device));
    const Array expected = row.call.arrays(inputs);
    const double tolerance = row.tolerance * tolerance_of(expected.dtype());
    if (auto wrong = difference(row.call.arrays(there).cpu(), expected, tolerance); !wrong.empty()) return wrong;
    if (!row.differentiable) return {};
    return compare_all(gradients_of(row, there, false), gradients_of(row, inputs, false), 10 * tolerance, "device");
  });
}

}  // namespace tenon::testing
