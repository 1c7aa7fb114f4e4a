// References that work on one axis, or on several, at a time: slow and plain.
#pragma once
#include <functional>

#include "tenon/tests/support/elements.h"

namespace tenon::testing {

using Elements = std::vector<double>;

/// f over the elements that lie along the axes in `mask`, which stay with size 1 where `keepdim`.
inline Array reduced(const Array& x, uint32_t mask, bool keepdim, const std::function<double(const Elements&)>& f) {
  Shape kept, shape;
  for (int i = 0; i < x.ndim(); ++i) {
    const bool gone = mask >> i & 1;
    kept.push_back(gone ? 1 : x.size(i));
    if (!gone || keepdim) shape.push_back(kept[i]);
  }
  std::vector<Elements> groups(static_cast<size_t>(kept.numel()));
  Position p(x.shape());
  for (int64_t i = 0; i < x.numel(); ++i, p.next()) {
    int64_t group = 0;
    for (int k = 0; k < x.ndim(); ++k) group = group * kept[k] + (kept[k] == 1 ? 0 : p[k]);
    groups[static_cast<size_t>(group)].push_back(at(x, p, x.ndim()));
  }
  Elements results;
  for (const Elements& group : groups) results.push_back(f(group));
  return from_values(shape, results);
}

/// f turns the elements along one axis into others, perhaps more or fewer. No dimensions: one element.
inline Array along(const Array& x, int axis, const std::function<Elements(const Elements&)>& f) {
  if (x.ndim() == 0) return from_values({}, f(values(x)));
  const Array rows = transpose(x, axis, -1).contiguous();
  const Elements all = values(rows);
  const int64_t n = rows.size(-1);
  if (n == 0) return x;
  Shape shape = rows.shape();
  shape[shape.ndim() - 1] = static_cast<int64_t>(f(Elements(static_cast<size_t>(n))).size());
  Elements results;
  for (int64_t start = 0; start < static_cast<int64_t>(all.size()); start += n) {
    const Elements row = f(Elements(all.begin() + start, all.begin() + start + n));
    results.insert(results.end(), row.begin(), row.end());
  }
  return transpose(from_values(shape, results), axis, -1).contiguous();
}

/// out[p] = x[source_of(p)] for every position p of a shape; std::out_of_range where x has no such place.
inline Array picked(const Array& x, const Shape& shape, const std::function<Shape(const Shape&)>& source_of) {
  const Array plain = x.to(float64).contiguous();
  const Elements all = values(plain);
  Elements results;
  Position p(shape);
  for (int64_t i = 0; i < shape.numel(); ++i, p.next()) {
    const Shape from = source_of(p.shape());
    if (from.ndim() != plain.ndim()) throw std::out_of_range("picked");
    int64_t offset = 0;
    for (int k = 0; k < plain.ndim(); ++k) offset += from[k] * plain.raw().strides[k];
    results.push_back(all.at(static_cast<size_t>(offset)));
  }
  return from_values(shape, results);
}

}  // namespace tenon::testing
