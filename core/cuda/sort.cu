// Sorting, by CUB's radix sorts of keys (sort_key.h) and positions: short rows in a block each, others in memory.
#include <cub/block/block_radix_sort.cuh>
#include <cub/device/device_segmented_radix_sort.cuh>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/radix_sort.cuh"
#include "tenon/core/cuda/sort_rows.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// A row a block.
template <int threads, int items, class Key>
__global__ void __launch_bounds__(threads)
    sort_short_rows(Key* values, int64_t* indices, const Key* x, const SortOrder<Key> order, int size, int count) {
  using Sort = cub::BlockRadixSort<Key, threads, items, int>;
  __shared__ typename Sort::TempStorage storage;
  const Key* row = x + int64_t{blockIdx.x} * size;
  Key keys[items];
  int positions[items];
#pragma unroll
  for (int k = 0; k < items; ++k) {
    positions[k] = static_cast<int>(threadIdx.x) * items + k;
    // What fills up stands behind all that is equal to it.
    keys[k] = positions[k] < size ? order.key(row[positions[k]]) : static_cast<Key>(~Key{0});
  }
  Sort(storage).SortBlockedToStriped(keys, positions);
#pragma unroll
  for (int k = 0; k < items; ++k) {
    const int rank = k * threads + static_cast<int>(threadIdx.x);
    if (rank >= count) continue;
    const int64_t to = int64_t{blockIdx.x} * count + rank;
    values[to] = row[positions[k]];
    indices[to] = positions[k];
  }
}

/// Where a row begins.
struct RowBegin {
  int64_t size;
  __host__ __device__ int64_t operator()(int64_t row) const { return row * size; }
};

/// Rows that are sorted in memory together.
template <class Key>
Status sort_long_rows(Key* values, int64_t* indices, const Key* x, int64_t rows, const SortOptions& options,
                      const SortOrder<Key>& order, const Launch& launch) {
  const int64_t n = rows * options.size;
  Pairs<Key, uint32_t> pairs(launch, n);
  if (!pairs) return no_memory;
  constexpr int bits = 8 * sizeof(Key);
  Status status = each(
      n, MakePairs<Key>{pairs.keys.Current(), pairs.values.Current(), x, order, LargeDivider(options.size)}, launch);
  if (status.code != StatusCode::ok) return status;
  if (rows == 1) {
    status = radix_sort(pairs, n, bits, launch);
  } else {
    const auto begins = thrust::make_transform_iterator(thrust::counting_iterator<int64_t>(0), RowBegin{options.size});
    status = run_cub(launch, [&](void* temporary, size_t& bytes) {
      return cub::DeviceSegmentedRadixSort::SortPairs(temporary, bytes, pairs.keys, pairs.values, static_cast<int>(n),
                                                      static_cast<int>(rows), begins, begins + 1, 0, bits,
                                                      stream_of(launch));
    });
  }
  if (status.code != StatusCode::ok) return status;
  return each(rows * options.count,
              TakeFirst<Key>{values, indices, x, pairs.values.Current(), LargeDivider(options.count), options.size},
              launch);
}

template <class Key>
Status sort_keys(const View& values, const View& indices, const View& x, const SortOptions& options,
                 const Launch& launch) {
  constexpr int64_t shortest = 32 * 4, shorter = 256 * 8;
  const SortOrder<Key> order(x.dtype, options.descending);
  Key* to = values.as<Key>();
  int64_t* positions = indices.as<int64_t>();
  const Key* from = x.as<Key>();
  const int size = static_cast<int>(options.size), count = static_cast<int>(options.count);
  if (options.size <= shorter && options.rows <= INT32_MAX) {
    const auto blocks = static_cast<unsigned>(options.rows);
    if (options.size <= shortest) {
      sort_short_rows<32, 4><<<blocks, 32, 0, stream_of(launch)>>>(to, positions, from, order, size, count);
    } else {
      sort_short_rows<256, 8><<<blocks, 256, 0, stream_of(launch)>>>(to, positions, from, order, size, count);
    }
    return launched();
  }
  if (options.size > UINT32_MAX) return {StatusCode::unsupported, "rows of more than 2^32 elements"};
  // Few long rows one by one, over the whole device; many rows so many at a time, a block each.
  constexpr int64_t few = 16, together = int64_t{1} << 24;
  const int64_t in_memory = together / options.size, at_once = options.rows <= few || in_memory < 1 ? 1 : in_memory;
  for (int64_t row = 0; row < options.rows; row += at_once) {
    const int64_t rows = row + at_once < options.rows ? at_once : options.rows - row;
    const Status status = sort_long_rows(to + row * options.count, positions + row * options.count,
                                         from + row * options.size, rows, options, order, launch);
    if (status.code != StatusCode::ok) return status;
  }
  return {};
}

Status sort(const View& values, const View& indices, const View& x, const SortOptions& options, const Launch& launch) {
  const OnDevice on(launch);
  return by_bytes(x.dtype, [&]<class Key>(Type<Key>) { return sort_keys<Key>(values, indices, x, options, launch); });
}

}  // namespace

void fill_sort(Backend& backend) {
  backend.sort.sort = sort;
  backend.sort.topk = sort;
}

}  // namespace tenon::inline v0::cuda_backend
