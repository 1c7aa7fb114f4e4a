// Products by our own kernel (product.cuh), for what the libraries do not take: what its operands are, and how the work
// is cut. Host and device: a test walks it without a GPU.
//
// A product is out[g][i][j] = the sum over p < depth of a(i, p) b(j, p), in order of p. An operand is read by `outer`
// (i or j) and `depth` (p): it says what each comes to by itself, which a thread keeps, and gives the element of both.
#pragma once
#include "tenon/core/math/activation.h"
#include "tenon/core/math/compute.h"

namespace tenon::inline v0::cuda_backend {

/// What sums are kept in: wrapping for integers, float for the 16-bit types.
template <class T>
using Sum = typename math::Wrapping<typename math::Compute<T>::type>::type;

template <class T>
TENON_INLINE Sum<T> to_sum(const T& x) {
  return static_cast<Sum<T>>(math::load(x));
}
/// Only floating products have an activation.
template <class T>
TENON_INLINE T from_sum(Sum<T> sum, [[maybe_unused]] bool relu) {
  using C = typename math::Compute<T>::type;
  C y = static_cast<C>(sum);
  if constexpr (math::is_float<C>) y = relu ? math::Relu::call(y) : y;
  return math::convert<T>(y);
}

/// a / b of numbers that are not negative: in 32 bits where these do, which is several times faster.
TENON_INLINE int64_t quotient(int64_t a, int64_t b) {
  if (((a | b) >> 32) == 0) return static_cast<uint32_t>(a) / static_cast<uint32_t>(b);
  return a / b;
}

/// A matrix of a batch, in any strides. `DepthFirst`: neighbouring threads read along the depth, else along the outer
/// axis; it says which of the two has neighbours in memory.
template <class T, bool DepthFirst>
struct Matrix {
  using Element = T;
  using Outer = int64_t;
  using Depth = int64_t;
  static constexpr bool depth_first = DepthFirst;

  const T* data;
  int64_t s_batch, s_outer, s_depth;

  TENON_INLINE Matrix batch(int64_t g) const { return {data + g * s_batch, s_batch, s_outer, s_depth}; }
  TENON_INLINE Outer outer(int64_t i) const { return i * s_outer; }
  TENON_INLINE Depth depth(int64_t p) const { return p * s_depth; }
  TENON_INLINE Sum<T> at(Outer i, Depth p) const { return to_sum(data[i + p]); }
};

/// An operand whose outer axis is X's depth, and the reverse.
template <class X>
struct Turned {
  using Element = typename X::Element;
  using Outer = typename X::Depth;
  using Depth = typename X::Outer;
  static constexpr bool depth_first = !X::depth_first;

  X x;

  TENON_INLINE Turned batch(int64_t g) const { return {x.batch(g)}; }
  TENON_INLINE Outer outer(int64_t i) const { return x.depth(i); }
  TENON_INLINE Depth depth(int64_t p) const { return x.outer(p); }
  TENON_INLINE Sum<Element> at(const Outer& i, const Depth& p) const { return x.at(p, i); }
};

/// Where results go: plus a bias, then the activation.
template <class T>
struct StoreMatrix {
  T* out;
  int64_t s_batch, s_row, s_column;
  const T* bias;  // or null
  int64_t s_bias_batch, s_bias_column;
  bool relu;

  TENON_INLINE void operator()(int64_t g, int64_t i, int64_t j, Sum<T> sum) const {
    if (bias) sum += to_sum(bias[g * s_bias_batch + j * s_bias_column]);
    out[g * s_batch + i * s_row + j * s_column] = from_sum<T>(sum, relu);
  }
};

inline constexpr int product_tile = 64, tile_depth = 16, product_threads = 256;

/// Which elements of an operand's tile a thread brings: `shares` of them. Reads that run along the depth keep to one
/// place in it, the others to one outer position.
template <bool DepthFirst>
struct TileShare {
  static constexpr int shares = product_tile * tile_depth / product_threads;
  TENON_INLINE static int outer(int thread, int k) {
    return DepthFirst ? thread / tile_depth + k * (product_threads / tile_depth) : thread % product_tile;
  }
  TENON_INLINE static int depth(int thread, int k) {
    return DepthFirst ? thread % tile_depth : thread / product_tile + k * (product_threads / product_tile);
  }
};
/// Which outputs of a tile a thread computes: `side` rows that follow each other, and every 16th column.
struct TileOutputs {
  static constexpr int side = 4, apart = product_tile / side;
  TENON_INLINE static int row(int thread, int k) { return thread / apart * side + k; }
  TENON_INLINE static int column(int thread, int k) { return thread % apart + k * apart; }
};

/// How a batch of products [m, depth] x [depth, n] is cut: into tiles of outputs and, where these are few and the depth
/// is large, into pieces of the depth, which are added up afterwards in order. Depends on the sizes only.
struct ProductPlan {
  int64_t batch, m, n, depth;
  int64_t pieces = 1, piece = 0;  ///< how many, and the depth of each but the last

  ProductPlan(int64_t batch_, int64_t m_, int64_t n_, int64_t depth_)
      : batch(batch_), m(m_), n(n_), depth(depth_), piece(depth_) {
    constexpr int64_t enough_tiles = 256, worth = 256;
    const int64_t outputs = tiles();
    if (outputs >= enough_tiles || depth < 2 * worth) return;
    const int64_t wanted = (enough_tiles + outputs - 1) / outputs, possible = depth / worth;
    const int64_t cuts = wanted < possible ? wanted : possible;
    piece = ((depth + cuts - 1) / cuts + tile_depth - 1) / tile_depth * tile_depth;
    pieces = (depth + piece - 1) / piece;
  }

  TENON_INLINE int64_t rows_of_tiles() const { return (m + product_tile - 1) / product_tile; }
  TENON_INLINE int64_t columns_of_tiles() const { return (n + product_tile - 1) / product_tile; }
  TENON_INLINE int64_t tiles() const { return batch * pieces * rows_of_tiles() * columns_of_tiles(); }
  int64_t numel() const { return batch * m * n; }

  /// A tile's first output, and the part of the depth that it sums.
  struct Tile {
    int64_t g, piece, i, j, begin, end;
  };
  TENON_INLINE Tile tile(int64_t t) const {
    const int64_t row = quotient(t, columns_of_tiles()), j = t - row * columns_of_tiles();
    const int64_t matrix = quotient(row, rows_of_tiles()), i = row - matrix * rows_of_tiles();
    const int64_t g = quotient(matrix, pieces), k = matrix - g * pieces;
    const int64_t begin = k * piece, end = begin + piece;
    return {g, k, i * product_tile, j * product_tile, begin, end < depth ? end : depth};
  }
  /// Where a piece's sum of output (i, j) waits to be added up.
  TENON_INLINE int64_t partial(int64_t k, int64_t g, int64_t i, int64_t j) const {
    return ((k * batch + g) * m + i) * n + j;
  }
};

}  // namespace tenon::inline v0::cuda_backend
