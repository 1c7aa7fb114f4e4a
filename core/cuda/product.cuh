// The kernel of product.h: a block takes a tile of outputs, and brings a slice of the depth into shared memory at a
// time.
#pragma once
#include "tenon/core/cuda/cuda.h"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/product.h"

namespace tenon::inline v0::cuda_backend {

/// A thread's share of bringing an operand's tile into shared memory.
template <class X>
struct TileReader {
  using Share = TileShare<X::depth_first>;

  typename X::Outer outer[X::depth_first ? Share::shares : 1];
  int64_t first, count;

  __device__ TileReader(const X& x, int64_t first_outer, int64_t outer_count) : first(first_outer), count(outer_count) {
#pragma unroll
    for (int k = 0; k < (X::depth_first ? Share::shares : 1); ++k) {
      const int64_t i = first + Share::outer(threadIdx.x, k);
      outer[k] = x.outer(i < count ? i : count - 1);
    }
  }
  template <class S>
  __device__ void read(const X& x, int64_t begin, int64_t end, S (*tile)[product_tile + 4]) const {
    const int thread = threadIdx.x;
    if constexpr (X::depth_first) {
      const int q = Share::depth(thread, 0);
      const auto depth = x.depth(begin + q < end ? begin + q : begin);
#pragma unroll
      for (int k = 0; k < Share::shares; ++k) {
        const int i = Share::outer(thread, k);
        tile[q][i] = begin + q < end && first + i < count ? x.at(outer[k], depth) : S(0);
      }
    } else {
      const int i = Share::outer(thread, 0);
#pragma unroll
      for (int k = 0; k < Share::shares; ++k) {
        const int q = Share::depth(thread, k);
        tile[q][i] = first + i < count && begin + q < end ? x.at(outer[0], x.depth(begin + q)) : S(0);
      }
    }
  }
};

/// `partial`: null, or room for the sums of the pieces.
template <class S, class A, class B, class Store>
__global__ void __launch_bounds__(product_threads, sizeof(S) > 4 ? 1 : 2)
    product_kernel(ProductPlan plan, A all_a, B all_b, Store store, S* partial) {
  __shared__ S tile_a[tile_depth][product_tile + 4], tile_b[tile_depth][product_tile + 4];
  constexpr int side = TileOutputs::side;
  const int thread = threadIdx.x;
  for (int64_t t = blockIdx.x; t < plan.tiles(); t += gridDim.x) {
    const auto at = plan.tile(t);
    const A a = all_a.batch(at.g);
    const B b = all_b.batch(at.g);
    const TileReader<A> reader_a(a, at.i, plan.m);
    const TileReader<B> reader_b(b, at.j, plan.n);
    S sum[side][side] = {};
    for (int64_t p = at.begin; p < at.end; p += tile_depth) {
      reader_a.read(a, p, at.end, tile_a);
      reader_b.read(b, p, at.end, tile_b);
      __syncthreads();
#pragma unroll
      for (int q = 0; q < tile_depth; ++q) {
        S x[side], y[side];
#pragma unroll
        for (int k = 0; k < side; ++k) {
          x[k] = tile_a[q][TileOutputs::row(thread, k)];
          y[k] = tile_b[q][TileOutputs::column(thread, k)];
        }
#pragma unroll
        for (int k = 0; k < side; ++k) {
#pragma unroll
          for (int l = 0; l < side; ++l) sum[k][l] += x[k] * y[l];
        }
      }
      __syncthreads();
    }
#pragma unroll
    for (int k = 0; k < side; ++k) {
#pragma unroll
      for (int l = 0; l < side; ++l) {
        const int64_t i = at.i + TileOutputs::row(thread, k), j = at.j + TileOutputs::column(thread, l);
        if (i >= plan.m || j >= plan.n) continue;
        if (partial) {
          partial[plan.partial(at.piece, at.g, i, j)] = sum[k][l];
        } else {
          store(at.g, i, j, sum[k][l]);
        }
      }
    }
  }
}

/// Adds the pieces of an output, in order.
template <class S, class Store>
struct AddPieces {
  ProductPlan plan;
  Store store;
  const S* partial;

  TENON_INLINE void operator()(int64_t t) const {
    const int64_t row = quotient(t, plan.n), j = t - row * plan.n, g = quotient(row, plan.m), i = row - g * plan.m;
    S sum = 0;
    for (int64_t k = 0; k < plan.pieces; ++k) sum += partial[plan.partial(k, g, i, j)];
    store(g, i, j, sum);
  }
};

template <class S, class A, class B, class Store>
Status product(const ProductPlan& plan, const A& a, const B& b, const Store& store, const Launch& launch) {
  const int64_t most_blocks = 1 << 30, tiles = plan.tiles();
  const auto blocks = static_cast<unsigned>(tiles < most_blocks ? tiles : most_blocks);
  const Workspace partial(launch, plan.pieces > 1 ? static_cast<size_t>(plan.pieces * plan.numel()) * sizeof(S) : 0);
  if (plan.pieces > 1 && !partial) return no_memory;
  product_kernel<<<blocks, product_threads, 0, stream_of(launch)>>>(plan, a, b, store, partial.as<S>());
  if (plan.pieces == 1) return launched();
  return each(plan.numel(), AddPieces<S, Store>{plan, store, partial.as<const S>()}, launch);
}

}  // namespace tenon::inline v0::cuda_backend
