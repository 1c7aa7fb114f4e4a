#pragma once
#include "tenon/autograd/ops/index.h"
#include "tenon/core/ops/index.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

namespace reference {
/// x with the elements of `source` added at target_of(p, index[p]).
template <class Target>
Array scattered(const Array& x, const Array& index, const Array& source, Target target_of) {
  Array out = x.to(float64).contiguous().clone();
  const Array terms = source.to(float64);
  Position p(index.shape());
  for (int64_t i = 0; i < index.numel(); ++i, p.next()) {
    const Shape to = target_of(p.shape(), static_cast<int64_t>(at(index, p, index.ndim())));
    int64_t offset = 0;
    for (int k = 0; k < out.ndim(); ++k) offset += to[k] * out.raw().strides[k];
    if (offset >= out.numel()) throw std::out_of_range("scattered");
    static_cast<double*>(out.data())[offset] += at(terms, p, index.ndim());
  }
  return out;
}
/// The index repeated over columns: [n] as [n, columns].
inline Array as_column(const Array& index, int64_t columns) {
  return expand(unsqueeze(index, 1), {index.size(0), columns}).contiguous();
}
}  // namespace reference

inline std::vector<OpCase> index_cases() {
  return {
      {.name = "index_select",
       .call = [](const auto& x) { return index_select(x[0], 1, x[1]); },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 4, 2}, [i = values(x[1])](const Shape& p) {
               return Shape{p[0], static_cast<int64_t>(i.at(static_cast<size_t>(p[1]))), p[2]};
             });
           },
       .inputs = {normal({2, 3, 2}), index(3, {4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({2, 3, 2}), index(1000, {4})},
                    "index_select: index 156 is out of range for axis 1 of size 3"},
                   {{normal({2, 3, 2}), mask({4})}, "index_select: the index must be integers, got bool"}}},
      {.name = "embedding",
       .call = [](const auto& x) { return embedding(x[1], x[0]); },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 3, 4}, [i = values(x[1])](const Shape& p) {
               return Shape{static_cast<int64_t>(i.at(static_cast<size_t>(p[0] * 3 + p[1]))), p[2]};
             });
           },
       .inputs = {normal({5, 4}), index(5, {2, 3})},
       .dtypes = all_dtypes},
      {.name = "index_add",
       .call = [](const auto& x) { return index_add(x[0], 0, x[2], x[1]); },
       .reference =
           [](const Arrays& x) {
             if (x[0].ndim() == 0) return map(x[0], x[1], [](double a, double b) { return a + b; });
             return reference::scattered(x[0], reference::as_column(x[2], 2), x[1], [](const Shape& p, int64_t i) {
               return Shape{i, p[1]};
             });
           },
       .inputs = {normal({3, 2}), normal({4, 2}), index(3, {4})},
       .dtypes = numeric,
       .adds = true,
       .misuses = {{{normal({3, 2}), normal({4, 3}), index(3, {4})},
                    "index_add: the source must be [4, 2], got [4, 3]"}},
       .keeps_first_dtype = true},
      {.name = "gather",
       .call = [](const auto& x) { return gather(x[0], 1, x[1]); },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 4}, [i = values(x[1])](const Shape& p) {
               return Shape{p[0], static_cast<int64_t>(i.at(static_cast<size_t>(p[0] * 4 + p[1])))};
             });
           },
       .inputs = {normal({3, 3}), index(3, {2, 4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3, 3}), index(3, {4, 2})}, "gather: index [4, 2] does not fit x [3, 3]"}}},
      {.name = "gather/first_axis",
       .call = [](const auto& x) { return gather(x[0], 0, x[1]); },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {1, 3}, [i = values(x[1])](const Shape& p) {
               return Shape{static_cast<int64_t>(i.at(static_cast<size_t>(p[1]))), p[1]};
             });
           },
       .inputs = {normal({4, 3}), index(4, {1, 3})},
       .dtypes = all_dtypes},
      {.name = "scatter_add",
       .autocast = Cast::widest,
       .call = [](const auto& x) { return scatter_add(x[0], 1, x[2], x[1]); },
       .reference =
           [](const Arrays& x) {
             return reference::scattered(x[0], x[2], x[1], [](const Shape& p, int64_t i) { return Shape{p[0], i}; });
           },
       .inputs = {normal({3, 3}), normal({3, 5}), index(3, {2, 4})},
       .dtypes = numeric,
       .adds = true,
       .keeps_first_dtype = true},
      {.name = "masked_select",
       .call = [](const auto& x) { return masked_select(x[0], x[1]); },
       .reference =
           [](const Arrays& x) {
             Elements chosen;
             const Elements all = values(expand(x[0], broadcast_shapes(x[0].shape(), x[1].shape(), "reference"))),
                            bits = values(x[1]);
             for (size_t i = 0; i < all.size(); ++i) {
               if (bits.at(i) != 0) chosen.push_back(all[i]);
             }
             return from_values({static_cast<int64_t>(chosen.size())}, chosen);
           },
       .inputs = {normal({3, 1}), mask({3, 4})},
       .dtypes = all_dtypes},
      {.name = "nonzero",
       .call = [](const auto& x) { return nonzero(x[0]); },
       .reference =
           [](const Arrays& x) {
             Elements found;
             const Elements bits = values(x[0]);
             for (int64_t i = 0; i < 12; ++i) {
               if (bits.at(static_cast<size_t>(i)) != 0) {
                 found.push_back(static_cast<double>(i / 4));
                 found.push_back(static_cast<double>(i % 4));
               }
             }
             return from_values({static_cast<int64_t>(found.size() / 2), 2}, found);
           },
       .inputs = {mask({3, 4})},
       .differentiable = false},
      {.name = "one_hot",
       .call = [](const auto& x) { return one_hot(x[0], 4); },
       .reference =
           [](const Arrays& x) {
             Elements hot(24);
             const Elements i = values(x[0]);
             for (size_t k = 0; k < 6; ++k) hot[k * 4 + static_cast<size_t>(i.at(k))] = 1;
             return from_values({2, 3, 4}, hot);
           },
       .inputs = {index(4, {2, 3})},
       .differentiable = false},
  };
}

}  // namespace tenon::testing
