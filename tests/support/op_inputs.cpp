#include "tenon/tests/support/op_inputs.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <set>

#include "tenon/tests/support/elements.h"

namespace tenon::testing {

namespace {

using Random = std::mt19937_64;

/// The smallest and the largest number of an integer dtype that float64 holds, too.
std::pair<double, double> range_of(DType dtype) {
  switch (dtype) {
    case uint8:
      return {0, 255};
    case int8:
      return {-128, 127};
    case int32:
      return {-0x1p31, 0x1p31 - 1};
    default:
      return {-0x1p63, 0x1p63 - 1024};
  }
}

/// Half of them small; the first two are the ends of the range.
std::vector<double> integers(const Input& input, DType dtype, Random& random) {
  std::uniform_real_distribution<double> unit;
  auto [low, high] = range_of(dtype);
  if (input.kind == Input::Kind::positive) low = 1;
  std::vector<double> v(static_cast<size_t>(input.shape.numel()));
  for (size_t i = 0; i < v.size(); ++i) {
    if (input.kind == Input::Kind::distinct) {
      // Evenly over the range; in two halves, whose difference overflows nothing.
      const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(v.size());
      v[i] = std::floor(low * (1 - share) + high * share);
    } else if (unit(random) < 0.5) {
      v[i] = std::max(low, std::floor(9 * unit(random)) - 4);
    } else {
      const double share = unit(random);
      v[i] = std::floor(low * (1 - share) + high * share);
    }
  }
  if (input.kind == Input::Kind::distinct) {
    std::shuffle(v.begin(), v.end(), random);
  } else if (v.size() > 1) {
    v[0] = low;
    v[1] = high;
  }
  return v;
}

std::vector<double> numbers(const Input& input, Random& random) {
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
  return v;
}

Array make_input(const Input& input, DType dtype, Random& random) {
  if (input.kind == Input::Kind::index) dtype = int64;
  if (input.kind == Input::Kind::mask) dtype = bool_;
  const bool whole_range = input.floats() && input.kind != Input::Kind::uniform && is_integral(dtype);
  return from_values(input.shape, whole_range ? integers(input, dtype, random) : numbers(input, random), dtype);
}

/// Every size s becomes change(s), and what an index counts with it.
template <class Change>
std::vector<Input> changed(std::vector<Input> inputs, const Change& change) {
  for (Input& input : inputs) {
    for (int i = 0; i < input.shape.ndim(); ++i) input.shape[i] = change(input.shape[i]);
    if (input.kind == Input::Kind::index) {
      input.a = std::max(1., static_cast<double>(change(static_cast<int64_t>(input.a))));
    }
  }
  return inputs;
}

std::vector<Input> with_first_size(std::vector<Input> inputs, int64_t factor) {
  if (inputs[0].shape.ndim() > 0) inputs[0].shape[0] *= factor;
  return inputs;
}

std::set<int64_t> sizes_of(const std::vector<Input>& inputs) {
  std::set<int64_t> sizes;
  for (const Input& input : inputs) {
    for (int i = 0; i < input.shape.ndim(); ++i) {
      if (input.shape[i] > 1) sizes.insert(input.shape[i]);
    }
  }
  return sizes;
}

bool is_large(const std::vector<Input>& inputs, int64_t least) {
  double span = 1;
  for (int64_t size : sizes_of(inputs)) span *= static_cast<double>(size);
  return span >= 16. * static_cast<double>(least) ||
         std::any_of(inputs.begin(), inputs.end(), [&](const Input& input) { return input.shape.numel() >= least; });
}

}  // namespace

Arrays make_inputs(const std::string& row, const std::vector<Input>& inputs, DType dtype) {
  Random random(std::hash<std::string>{}(row));
  Arrays result;
  for (const Input& input : inputs) result.push_back(make_input(input, dtype, random));
  return result;
}

Arrays make_inputs(const OpCase& row, DType dtype) { return make_inputs(row.name, row.inputs, dtype); }

std::vector<std::vector<Input>> resized(const OpCase& row, int64_t factor) {
  std::vector<std::vector<Input>> result;
  for (int64_t size : sizes_of(row.inputs)) {
    result.push_back(changed(row.inputs, [&](int64_t s) { return s == size ? s * factor : s; }));
  }
  result.push_back(changed(row.inputs, [&](int64_t s) { return s > 1 ? s * factor : s; }));
  result.push_back(with_first_size(row.inputs, factor));
  return result;
}

std::vector<std::vector<Input>> enlarged(const OpCase& row, int64_t least) {
  std::vector<std::vector<Input>> result(resized(row, 1).size(), row.inputs);
  for (size_t i = 0; i < result.size(); ++i) {
    for (int64_t factor = 2; factor <= least && !is_large(result[i], least); factor += 1 + factor / 4) {
      result[i] = resized(row, factor)[i];
    }
  }
  return result;
}

}  // namespace tenon::testing
