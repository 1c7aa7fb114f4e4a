// The checks of op_checks.h that compare another device with the CPU.
#include <algorithm>

#include "tenon/core/error.h"
#include "tenon/tests/support/op_checks.h"
#include "tenon/tests/support/op_compare.h"

namespace tenon::testing {

namespace {

constexpr double gradient_factor = 10;

DTypes floating_of(const OpCase& row) { return row.dtypes & floating; }

/// float64 copies of the floating operands.
Arrays widened(const OpCase& row, const Arrays& inputs) {
  Arrays wide = inputs;
  for (size_t i = 0; i < wide.size(); ++i) {
    if (asks(row, i)) wide[i] = wide[i].to(float64);
  }
  return wide;
}

/// `plain`: the same values as `inputs` on the CPU.
std::string compare_gradients(const OpCase& row, const Arrays& inputs, const Arrays& plain, DType dtype,
                              double factor) {
  Arrays expected = gradients_of(row, widened(row, plain), false);
  for (Array& g : expected) {
    if (g.defined()) g = g.to(dtype);  // what the dtype cannot hold is an infinity
  }
  return compare_all(gradients_of(row, inputs, false), expected,
                     factor * gradient_factor * row.tolerance * tolerance_of(dtype), "beside float64");
}

/// Calls check(operands) for every way to enlarge them that fits the op.
template <class Check>
std::string over_sizes(const OpCase& row, DType dtype, int64_t least, const Check& check) {
  for (const std::vector<Input>& sizes : enlarged(row, least)) {
    const Arrays inputs = make_inputs(row.name, sizes, dtype);
    try {
      row.call.arrays(inputs);
    } catch (const Error&) {
      continue;  // these sizes do not fit together
    }
    if (auto wrong = guarded([&] { return check(inputs); }); !wrong.empty()) {
      return text(name_of(dtype), " inputs ", sizes_text(sizes), ": ", wrong);
    }
  }
  return {};
}

}  // namespace

std::string check_gradient_dtypes(const OpCase& row, Device device) {
  for (const DType dtype : {float64, float32, float16, bfloat16}) {
    if (!contains(floating_of(row), dtype)) continue;
    const Arrays inputs = make_inputs(row, dtype);
    auto wrong = guarded([&] { return compare_gradients(row, on_device(inputs, device), inputs, dtype, 1); });
    if (!wrong.empty()) return text(name_of(dtype), ": ", wrong);
  }
  return {};
}

std::string check_device_layouts(const OpCase& row, Device device) {
  const bool has_floats = std::any_of(row.inputs.begin(), row.inputs.end(), [](const Input& i) { return i.floats(); });
  for (int t = 0; t < dtype_count; ++t) {
    const DType dtype = static_cast<DType>(t);
    if (has_floats ? !contains(row.dtypes, dtype) : dtype != float64) continue;
    const auto check = [&](const Arrays& inputs, const Arrays& copies) {
      const Array got = row.call.arrays(inputs).cpu();
      const double tolerance = std::max(tolerance_of(dtype), tolerance_of(got.dtype()));
      if (auto wrong = against_reference(row, got, copies, tolerance); !wrong.empty()) return wrong;
      if (!row.differentiable || dtype != float32) return std::string();
      return compare_gradients(row, inputs, copies, dtype, 1);
    };
    auto wrong = guarded([&] { return over_layouts(row, dtype, device, check); });
    if (!wrong.empty()) return text(name_of(dtype), " ", wrong);
  }
  return {};
}

std::string check_device_sizes(const OpCase& row, Device device, int64_t least) {
  for (const DType dtype : {float32, bfloat16}) {
    if (!contains(floating_of(row), dtype)) continue;
    // A sum of many terms that cancel each other is off by its terms' rounding, not by its own.
    constexpr double factor = 10;
    auto wrong = over_sizes(row, dtype, least, [&](const Arrays& inputs) {
      const Array got = row.call.arrays(on_device(inputs, device)).cpu(), nearby = row.call.arrays(inputs);
      if (row.exact || !is_floating(got.dtype())) {
        return same_bits(got, nearby) ? std::string() : "other bits than the CPU's; " + difference(got, nearby, 0);
      }
      const Array expected = row.call.arrays(widened(row, inputs)).to(got.dtype());
      const double tolerance = factor * row.tolerance * tolerance_of(dtype);
      if (auto different = difference(got, expected, tolerance); !different.empty()) return different;
      if (!row.differentiable) return std::string();
      return compare_gradients(row, on_device(inputs, device), inputs, dtype, factor);
    });
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string check_device_repeats(const OpCase& row, Device device, int64_t least) {
  const Determinism scope;
  const std::string op = row.first ? row.first : row.name.substr(0, row.name.find('/'));
  return over_sizes(row, contains(row.dtypes, float32) ? float32 : float64, least, [&](const Arrays& inputs) {
    const Arrays there = on_device(inputs, device);
    Arrays first, second;
    try {
      first = everything(row, there);
      second = everything(row, there);
    } catch (const Error& error) {
      const std::string_view what = error.what();
      return what.starts_with(op) && what.find("determinis") != what.npos ? std::string() : text("throws: ", what);
    }
    for (size_t i = 0; i < first.size(); ++i) {
      if (first[i].defined() && !same_bits(first[i], second[i])) {
        return text("other bits the second time for ", i == 0 ? "the output" : text("gradient ", i - 1));
      }
    }
    return std::string();
  });
}

}  // namespace tenon::testing
