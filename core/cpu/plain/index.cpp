#include <algorithm>
#include <cstring>

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/plain/fill.h"
#include "tenon/core/math/arithmetic.h"

namespace tenon::inline v0::cpu_level::plain {

namespace {

/// Whether an index may be followed; reports it if not.
[[gnu::always_inline]] inline bool valid(const Launch& launch, int64_t index, int64_t size) {
  if (static_cast<uint64_t>(index) < static_cast<uint64_t>(size)) [[likely]]
    return true;
  launch.services->data_fault(launch, index);
  return false;
}

/// Calls f with an unsigned integer type of the dtype's size: elements move as bits.
template <class F>
void by_size(DType dtype, const F& f) {
  switch (size_of(dtype)) {
    case 1:
      return f(Type<uint8_t>{});
    case 2:
      return f(Type<uint16_t>{});
    case 4:
      return f(Type<uint32_t>{});
    default:
      return f(Type<uint64_t>{});
  }
}

Status index_select(const View& out, const View& x, const View& index, const AxisLoop& a, const Launch& launch) {
  const int64_t count = index.numel(), rows = a.outer * count;
  const int64_t* indices = index.as<int64_t>();
  by_size(x.dtype, [&]<class T>(Type<T>) {
    const int64_t rows_per_task = std::max<int64_t>(1, grain / a.inner);
    for_tasks((rows + rows_per_task - 1) / rows_per_task, rows * a.inner > parallel_limit, [&](int64_t task) {
      const int64_t end = std::min(rows, (task + 1) * rows_per_task);
      for (int64_t row = task * rows_per_task; row < end; ++row) {
        const int64_t from = indices[row % count];
        if (!valid(launch, from, a.n)) continue;
        const T* source = x.as<T>() + (row / count * a.n + from) * a.inner;
        if (a.inner == 1) {
          out.as<T>()[row] = *source;
        } else {
          std::memcpy(out.as<T>() + row * a.inner, source, static_cast<size_t>(a.inner) * sizeof(T));
        }
      }
    });
  });
  return {};
}

/// Tasks own strips of columns: what is added to an element comes in the order of the indices.
Status index_add(const View& out, const View& source, const View& index, const AxisLoop& a, const Launch& launch) {
  constexpr int64_t strip = 64;
  const int64_t count = index.numel(), strips = (a.inner + strip - 1) / strip;
  const int64_t* indices = index.as<int64_t>();
  by_dtype<numeric>(out.dtype, [&]<class T>(Type<T>) {
    for_tasks(a.outer * strips, a.outer * count * a.inner > parallel_limit, [&](int64_t task) {
      const int64_t o = task / strips, first = task % strips * strip, width = std::min(strip, a.inner - first);
      for (int64_t j = 0; j < count; ++j) {
        if (!valid(launch, indices[j], a.n)) continue;
        T* to = out.as<T>() + (o * a.n + indices[j]) * a.inner + first;
        const T* from = source.as<T>() + (o * count + j) * a.inner + first;
        for (int64_t k = 0; k < width; ++k) {
          to[k] = math::convert<T>(math::Add::call(math::load(to[k]), math::load(from[k])));
        }
      }
    });
  });
  return {};
}

/// Calls visit(at, j) for every element of the loop and every index along the axis, where `at` are the operands'
/// offsets without the axis. The elements of the loop are shared out; along the axis the order stays.
template <class Visit>
[[gnu::always_inline]] inline void along_axis(const Loop& loop, const IndexedAxis& axis, const Visit& visit) {
  const int cost = static_cast<int>(std::clamp<int64_t>(axis.count, 1, grain));
  const bool axis_inside = axis.strides[2] < loop.strides[2][0];
  detail::over_rows<3>(loop, cost, [&](const int64_t* offsets, int64_t first, int64_t n) {
    const auto each = [&](int64_t i, int64_t j) {
      int64_t at[3];
      for (int o = 0; o < 3; ++o) at[o] = offsets[o] + (first + i) * loop.strides[o][0];
      visit(at, j);
    };
    if (axis_inside) {
      for (int64_t i = 0; i < n; ++i) {
        for (int64_t j = 0; j < axis.count; ++j) each(i, j);
      }
    } else {
      for (int64_t j = 0; j < axis.count; ++j) {
        for (int64_t i = 0; i < n; ++i) each(i, j);
      }
    }
  });
}

Status gather(const Loop& loop, const IndexedAxis& axis, const Launch& launch) {
  const int64_t* indices = static_cast<const int64_t*>(loop.data[2]);
  by_size(loop.dtype[0], [&]<class T>(Type<T>) {
    T* out = static_cast<T*>(loop.data[0]);
    const T* x = static_cast<const T*>(loop.data[1]);
    along_axis(loop, axis, [&](const int64_t* at, int64_t j) {
      const int64_t from = indices[at[2] + j * axis.strides[2]];
      if (valid(launch, from, axis.size)) out[at[0] + j * axis.strides[0]] = x[at[1] + from * axis.strides[1]];
    });
  });
  return {};
}

Status scatter_add(const Loop& loop, const IndexedAxis& axis, const Launch& launch) {
  const int64_t* indices = static_cast<const int64_t*>(loop.data[2]);
  by_dtype<numeric>(loop.dtype[0], [&]<class T>(Type<T>) {
    T* out = static_cast<T*>(loop.data[0]);
    const T* source = static_cast<const T*>(loop.data[1]);
    along_axis(loop, axis, [&](const int64_t* at, int64_t j) {
      const int64_t index = indices[at[2] + j * axis.strides[2]];
      if (!valid(launch, index, axis.size)) return;
      T& to = out[at[0] + index * axis.strides[0]];
      to = math::convert<T>(math::Add::call(math::load(to), math::load(source[at[1] + j * axis.strides[1]])));
    });
  });
  return {};
}

Status nonzero(const View& out, const View& mask, const Launch&) {
  const bool* bits = mask.as<bool>();
  int64_t* to = out.as<int64_t>();
  const int64_t total = mask.numel();
  for (int64_t i = 0; i < total; ++i) {
    if (!bits[i]) continue;
    int64_t rest = i;
    for (int axis = mask.ndim - 1; axis >= 0; rest /= mask.shape[axis--]) to[axis] = rest % mask.shape[axis];
    to += mask.ndim;
  }
  return {};
}

}  // namespace

void fill_index(IndexKernels& k) {
  k.index_select = index_select;
  k.embedding = index_select;
  k.index_add = index_add;
  k.gather = gather;
  k.scatter_add = scatter_add;
  k.one_hot = scatter_add;
  k.nonzero = nonzero;
}

}  // namespace tenon::inline v0::cpu_level::plain
