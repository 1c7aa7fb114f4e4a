#include "tenon/tests/support/op_checks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "tenon/autograd/autograd.h"
#include "tenon/core/determinism.h"
#include "tenon/core/error.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"

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

Array make_input(const Input& input, std::mt19937_64& random) {
  std::normal_distribution<double> gauss;
  std::uniform_real_distribution<double> unit;
  const auto n = static_cast<size_t>(input.shape.numel());
  std::vector<double> v(n);
  for (size_t i = 0; i < n; ++i) {
    switch (input.kind) {
      case Input::Kind::normal:
        v[i] = gauss(random);
        break;
      case Input::Kind::positive:
        v[i] = 0.5 + 1.5 * unit(random);
        break;
      case Input::Kind::uniform:
        v[i] = input.a + (input.b - input.a) * unit(random);
        break;
      case Input::Kind::away_from:
        do v[i] = input.a + gauss(random);
        while (std::abs(v[i] - input.a) < 0.1);
        break;
      case Input::Kind::distinct:
        v[i] = 0.1 * (static_cast<double>(i) - static_cast<double>(n) / 2) + 0.05;
        break;
      case Input::Kind::index:
        v[i] = std::floor(input.a * unit(random));
        break;
      case Input::Kind::mask:
        v[i] = unit(random) < 0.5;
        break;
    }
  }
  if (input.kind == Input::Kind::distinct) std::shuffle(v.begin(), v.end(), random);
  const DType dtype = input.kind == Input::Kind::index ? int64 : input.kind == Input::Kind::mask ? bool_ : float64;
  return from_values(input.shape, v, dtype);
}

/// What the reference sees: the values after rounding to the dtype.
Arrays for_reference(const Arrays& inputs) {
  Arrays wide;
  for (const Array& x : inputs) wide.push_back(x.dtype() == bool_ || x.dtype() == int64 ? x : x.to(float64));
  return wide;
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
  std::mt19937_64 random(3);
  const Tensor dy = make_input(normal(y.shape()), random).to(y.dtype()).to(y.device());
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

Arrays make_inputs(const OpCase& row, DType dtype, bool large) {
  std::mt19937_64 random(std::hash<std::string>{}(row.name));
  Arrays inputs;
  for (const Input& input : large && !row.large.empty() ? row.large : row.inputs) {
    const Array x = make_input(input, random);
    inputs.push_back(input.floats() ? x.to(dtype) : x);
  }
  return inputs;
}

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
      wrong = difference(got, row.reference(for_reference(inputs)),
                         row.tolerance * std::max(tolerance_of(dtype), tolerance_of(got.dtype())));
    } catch (const Error& e) {
      if (listed) wrong = text("throws: ", e.what());
    }
    if (!wrong.empty()) return text(name_of(dtype), ": ", wrong);
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

std::string check_threads(const OpCase& row) {
  return guarded([&]() -> std::string {
    const Determinism scope;
    const DType dtype = contains(row.dtypes, float32) ? float32 : float64;
    const Arrays inputs = make_inputs(row, dtype, true);
    Arrays expected;
    for (int threads = 1; threads <= 3; ++threads) {
      set_num_threads(threads);
      Arrays got{row.call.arrays(inputs)};
      if (row.differentiable) {
        for (Array& g : gradients_of(row, inputs, false)) got.push_back(g);
      }
      if (threads == 1) expected = got;
      for (size_t i = 0; i < got.size(); ++i) {
        if (!got[i].defined() && !expected[i].defined()) continue;
        if (!same_bits(got[i], expected[i])) {
          return text(threads, " threads give other bits for ", i == 0 ? "the output" : text("gradient ", i - 1));
        }
      }
    }
    return {};
  });
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
