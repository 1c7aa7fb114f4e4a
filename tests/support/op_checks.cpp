#include "tenon/tests/support/op_checks.h"

#include <algorithm>

#include "tenon/autograd/autograd.h"
#include "tenon/core/error.h"
#include "tenon/core/promotion.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_compare.h"
#include "tenon/tests/support/regions.h"

namespace tenon::testing {

/// One dtype's values there. Whether the dtype is refused is for the caller.
static std::string check_values(const OpCase& row, DType dtype, Device device) {
  const Arrays inputs = make_inputs(row, dtype);
  const Array got = row.call.arrays(on_device(inputs, device)).cpu();
  if (!contains(row.dtypes | row.wraps, dtype)) return "is accepted but not listed";
  if (!device.is_cpu() && (row.exact || !is_floating(got.dtype()))) {
    const Array expected = row.call.arrays(inputs);
    if (!same_bits(got, expected)) return "other bits than the CPU's; " + difference(got, expected, 0);
  }
  if (contains(row.wraps, dtype)) return {};
  return against_reference(row, got, inputs, std::max(tolerance_of(dtype), tolerance_of(got.dtype())));
}

std::string check_forward(const OpCase& row, Device device) {
  const bool has_floats = std::any_of(row.inputs.begin(), row.inputs.end(), [](const Input& i) { return i.floats(); });
  for (int t = 0; t < dtype_count; ++t) {
    const DType dtype = static_cast<DType>(t);
    if (!has_floats && dtype != float64) continue;
    std::string wrong;
    try {
      wrong = check_values(row, dtype, device);
    } catch (const DTypeError& e) {
      if (contains(row.dtypes | row.wraps, dtype)) wrong = text("throws: ", e.what());
    } catch (const std::exception& e) {
      // What has another meaning there may be refused for its value.
      if (contains(row.wraps, dtype)) continue;
      wrong = text(contains(row.dtypes, dtype) ? "throws: " : "throws no DTypeError, but: ", e.what());
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

/// The operands as the row's policy casts them.
static Arrays as_autocast(const OpCase& row, const Arrays& inputs, DType low) {
  Arrays cast = inputs;
  const auto each = [&](auto&& change) {
    for (size_t i = 0; i < cast.size(); ++i) {
      if (asks(row, i)) cast[i] = cast[i].to(change(cast[i].dtype()));
    }
  };
  switch (row.autocast) {
    case Cast::none:
      break;
    case Cast::low:
      each([&](DType) { return low; });
      break;
    case Cast::full:
      each([](DType) { return float32; });
      break;
    case Cast::widest: {
      DType wide = low;
      each([&](DType t) { return wide = promote(wide, t), t; });
      each([&](DType) { return wide; });
      break;
    }
    case Cast::first:
      each([&](DType t) { return inputs[0].dtype() == low ? low : t; });
  }
  return cast;
}

static std::string check_in_scope(const OpCase& row, const Arrays& inputs, DType low) {
  const Arrays cast = as_autocast(row, inputs, low);
  const Array expected = row.call.arrays(cast);
  const Autocast scope(low);
  const Array got = row.call.tensors(leaves(row, inputs)).array();
  if (got.dtype() != expected.dtype()) {
    return text("the result is ", name_of(got.dtype()), ", expected ", name_of(expected.dtype()));
  }
  if (auto wrong = difference(got, expected, row.tolerance * tolerance_of(got.dtype())); !wrong.empty()) return wrong;
  if (!row.differentiable) return {};
  const Arrays gradients = gradients_of(row, inputs, false);
  for (size_t i = 0, k = 0; i < inputs.size(); ++i) {
    if (!asks(row, i)) continue;
    const Array& g = gradients[k++];
    if (g.defined() && g.dtype() != inputs[i].dtype()) {
      return text("gradient ", i, " is ", name_of(g.dtype()), ", the leaf ", name_of(inputs[i].dtype()));
    }
  }
  return {};
}

std::string check_autocast(const OpCase& row) {
  const auto count = std::count_if(row.inputs.begin(), row.inputs.end(), [](const Input& i) { return i.floats(); });
  for (const DType low : {bfloat16, float16}) {
    if (count == 0 || !contains(row.dtypes, low) || !contains(row.dtypes, float32)) continue;
    // Bit i: whether operand i is float32.
    for (size_t wide = 0; wide < size_t{1} << row.inputs.size(); ++wide) {
      Arrays inputs = make_inputs(row, low);
      for (size_t i = 0; i < inputs.size(); ++i) {
        if (wide >> i & 1) inputs[i] = make_inputs(row, float32)[i];
      }
      if (auto wrong = guarded([&] { return check_in_scope(row, inputs, low); }); !wrong.empty()) {
        std::string operands;
        for (const Array& x : inputs) operands += text(operands.empty() ? "" : ", ", name_of(x.dtype()));
        return text("Autocast(", name_of(low), ") of ", operands, ": ", wrong);
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
    const DType dtype = contains(row.dtypes, float64) ? float64 : float32;
    return over_layouts(row, dtype, cpu, [&](const Arrays& inputs, const Arrays& copies) {
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
    return over_layouts(row, float64, cpu, [&](const Arrays& strided, const Arrays& copies) {
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

}  // namespace tenon::testing
