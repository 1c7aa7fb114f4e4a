#include <algorithm>

#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/parallel.h"
#include "tenon/core/cpu/plain/fill.h"
#include "tenon/core/cpu/workspace.h"

namespace tenon::inline v0::cpu_level::plain {

namespace {

template <class T>
struct Item {
  T key;
  int64_t index;
};

/// nan is larger than everything.
template <class T>
bool less(T a, T b) {
  return a < b || (b != b && a == a);
}

template <class C, class T>
void sort_row(T* values, int64_t* indices, const T* x, const SortOptions& options, Item<C>* items) {
  for (int64_t i = 0; i < options.size; ++i) items[i] = {math::load(x[i]), i};
  const auto order = [&](const auto& before) {
    if (options.count == options.size) {
      std::stable_sort(items, items + options.size, before);
    } else {  // with the index as second key any sort is stable
      std::partial_sort(items, items + options.count, items + options.size, [&](const Item<C>& a, const Item<C>& b) {
        return before(a, b) || (!before(b, a) && a.index < b.index);
      });
    }
  };
  if (options.descending) {
    order([](const Item<C>& a, const Item<C>& b) { return less(b.key, a.key); });
  } else {
    order([](const Item<C>& a, const Item<C>& b) { return less(a.key, b.key); });
  }
  for (int64_t i = 0; i < options.count; ++i) {
    const int64_t from = items[i].index;
    values[i] = x[from];
    indices[i] = from;
  }
}

Status sort(const View& values, const View& indices, const View& x, const SortOptions& options, const Launch& launch) {
  bool failed = false;
  by_dtype<all_dtypes>(x.dtype, [&]<class T>(Type<T>) {
    using C = typename math::Compute<T>::type;
    const int64_t rows_per_task = std::max<int64_t>(1, grain / 16 / options.size);
    const bool parallel = options.rows * options.size * 16 > parallel_limit;
    for_tasks((options.rows + rows_per_task - 1) / rows_per_task, parallel, [&](int64_t task) {
      const Workspace items(launch, static_cast<size_t>(options.size) * sizeof(Item<C>));
      if (!items.get()) {
        __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
        return;
      }
      const int64_t end = std::min(options.rows, (task + 1) * rows_per_task);
      for (int64_t row = task * rows_per_task; row < end; ++row) {
        sort_row<C>(values.as<T>() + row * options.count, indices.as<int64_t>() + row * options.count,
                    x.as<T>() + row * options.size, options, static_cast<Item<C>*>(items.get()));
      }
    });
  });
  return failed ? no_workspace : Status{};
}

}  // namespace

void fill_sort(SortKernels& k) {
  k.sort = sort;
  k.topk = sort;
}

}  // namespace tenon::inline v0::cpu_level::plain
