// Products that need no library: every dtype, any strides. Larger ones go to oneDNN and OpenBLAS where those take the
// dtype. The order in which an output adds its terms depends on nothing but the sizes.
#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"
#include "tenon/core/math/activation.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

// The widest vector of the level; gcc's own macro knows it.
constexpr int64_t vector_bytes = __BIGGEST_ALIGNMENT__ < 16 ? 16 : __BIGGEST_ALIGNMENT__;
constexpr int64_t row_block = 32, depth_block = 128;
// Multiplications up to which a narrow product gets loops of its own.
constexpr int64_t small_work = 8192;

/// What sums are kept in: wrapping for integers, float for the 16-bit types.
template <class T>
using Sum = typename math::Wrapping<typename math::Compute<T>::type>::type;

/// One matrix of an operand: the stride from row to row and from column to column.
template <class T>
struct Matrix {
  T* data;
  int64_t row, column;
  TENON_INLINE T& at(int64_t i, int64_t j) const { return data[i * row + j * column]; }
};

/// sums[R rows][V vectors] += a[R rows, depth] b[depth, V vectors], all sums in registers.
template <int R, int V, class T>
TENON_INLINE void add_rows(Sum<T>* sums, int64_t width, const T* a, int64_t a_row, int64_t a_column, const Sum<T>* b,
                           int64_t b_row, int64_t depth) {
  using S = Sum<T>;
  typedef S Vector __attribute__((vector_size(vector_bytes)));
  Vector acc[R][V];
  for (int r = 0; r < R; ++r) __builtin_memcpy(acc[r], sums + r * width, sizeof acc[r]);
  for (int64_t p = 0; p < depth; ++p) {
    Vector y[V];
    __builtin_memcpy(y, b + p * b_row, sizeof y);
#pragma GCC unroll 2
    for (int r = 0; r < R; ++r) {
      const S x = static_cast<S>(math::load(a[r * a_row + p * a_column]));
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) acc[r][v] += (Vector{} + x) * y[v];
    }
  }
  for (int r = 0; r < R; ++r) __builtin_memcpy(sums + r * width, acc[r], sizeof acc[r]);
}

template <class T>
TENON_INLINE T finished(Sum<T> sum, Activation activation) {
  auto y = static_cast<typename math::Compute<T>::type>(sum);
  if (activation == Activation::relu) y = math::Relu::call(y);
  return math::convert<T>(y);
}

/// A strip of V vectors of columns for a block of rows.
template <int V, class T>
[[gnu::noinline]] void strip(Matrix<T> out, Matrix<const T> a, Matrix<const T> b, int64_t rows, int64_t columns,
                             int64_t depth, const T* bias, int64_t s_bias, Activation activation) {
  using S = Sum<T>;
  constexpr int64_t width = V * vector_bytes / int64_t(sizeof(S));
  alignas(64) S sums[row_block * width], packed[depth_block * width];
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < width; ++j) {
      sums[i * width + j] = bias && j < columns ? static_cast<S>(math::load(bias[j * s_bias])) : S(0);
    }
  }
  for (int64_t p0 = 0; p0 < depth; p0 += depth_block) {
    const int64_t run = depth - p0 < depth_block ? depth - p0 : depth_block;
    const S* from = packed;
    int64_t from_row = width;
    bool in_place = false;
    if constexpr (__is_same(S, T)) in_place = b.column == 1 && columns == width;
    if (in_place) {
      if constexpr (__is_same(S, T)) from = &b.at(p0, 0);
      from_row = b.row;
    } else {
      for (int64_t p = 0; p < run; ++p) {
        for (int64_t j = 0; j < columns; ++j) {
          packed[p * width + j] = static_cast<S>(math::load(b.at(p0 + p, j)));
        }
        for (int64_t j = columns; j < width; ++j) packed[p * width + j] = S(0);
      }
    }
    int64_t i = 0;
    for (; i + 2 <= rows; i += 2) {
      add_rows<2, V>(sums + i * width, width, &a.at(i, p0), a.row, a.column, from, from_row, run);
    }
    if (i < rows) add_rows<1, V>(sums + i * width, width, &a.at(i, p0), a.row, a.column, from, from_row, run);
  }
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) out.at(i, j) = finished<T>(sums[i * width + j], activation);
  }
}

/// Few columns leave vectors empty: in a small product each row is a few sums. Short ones are `Rows` rows at once, long
/// ones have `Parts` parts: sums that need not wait for each other.
template <int Columns, int Rows, int Parts, class T>
[[gnu::noinline]] void narrow(Matrix<T> out, Matrix<const T> a, Matrix<const T> b, int64_t rows, int64_t depth,
                              const T* bias, int64_t s_bias, Activation activation) {
  using S = Sum<T>;
  S added[Columns] = {};
  for (int j = 0; bias && j < Columns; ++j) added[j] = static_cast<S>(math::load(bias[j * s_bias]));
  const auto some_rows = [&]<int Together>(int64_t i) __attribute__((always_inline)) {
    S sums[Parts][Together][Columns] = {};
    const auto add = [&](int64_t p, S(&to)[Together][Columns]) __attribute__((always_inline)) {
      S y[Columns];
      for (int j = 0; j < Columns; ++j) y[j] = static_cast<S>(math::load(b.at(p, j)));
#pragma GCC unroll 4
      for (int r = 0; r < Together; ++r) {
        const S x = static_cast<S>(math::load(a.at(i + r, p)));
        for (int j = 0; j < Columns; ++j) to[r][j] += x * y[j];
      }
    };
    int64_t p = 0;
    for (; Parts > 1 && p + Parts <= depth; p += Parts) {
      for (int part = 0; part < Parts; ++part) add(p + part, sums[part]);
    }
    for (; p < depth; ++p) add(p, sums[0]);
#pragma GCC unroll 4
    for (int r = 0; r < Together; ++r) {
      for (int j = 0; j < Columns; ++j) {
        S sum = added[j];
        for (int part = 0; part < Parts; ++part) sum += sums[part][r][j];
        out.at(i + r, j) = finished<T>(sum, activation);
      }
    }
  };
  int64_t i = 0;
  for (; Rows > 1 && i + Rows <= rows; i += Rows) some_rows.template operator()<Rows>(i);
  for (; i < rows; ++i) some_rows.template operator()<1>(i);
}

/// Short rows by one column, both side by side in memory: the compiler makes vectors of rows.
template <int Depth, class T>
[[gnu::noinline]] void dot_rows(T* out, const T* a, int64_t rows, const Sum<T>* b, Sum<T> added,
                                Activation activation) {
  for (int64_t i = 0; i < rows; ++i) {
    Sum<T> sum = 0;
    for (int p = 0; p < Depth; ++p) sum += static_cast<Sum<T>>(math::load(a[i * Depth + p])) * b[p];
    out[i] = finished<T>(added + sum, activation);
  }
}

template <class T>
[[gnu::noinline]] void narrow_product(Matrix<T> out, Matrix<const T> a, Matrix<const T> b, int64_t rows,
                                      int64_t columns, int64_t depth, const T* bias, int64_t s_bias,
                                      Activation activation) {
  if (columns == 1 && depth >= 1 && depth <= 4 && a.column == 1 && a.row == depth && out.row == 1) {
    const auto loop = depth == 1   ? dot_rows<1, T>
                      : depth == 2 ? dot_rows<2, T>
                      : depth == 3 ? dot_rows<3, T>
                                   : dot_rows<4, T>;
    Sum<T> column[4] = {};
    for (int64_t p = 0; p < depth; ++p) column[p] = static_cast<Sum<T>>(math::load(b.at(p, 0)));
    return loop(out.data, a.data, rows, column, bias ? static_cast<Sum<T>>(math::load(*bias)) : Sum<T>(0), activation);
  }
  const auto run = [&]<int Columns>() __attribute__((always_inline)) {
    const auto loop = depth < 8 ? narrow<Columns, 4, 1, T> : narrow<Columns, 1, 4, T>;
    loop(out, a, b, rows, depth, bias, s_bias, activation);
  };
  switch (columns) {
    case 1:
      return run.template operator()<1>();
    case 2:
      return run.template operator()<2>();
    case 3:
      return run.template operator()<3>();
    default:
      return run.template operator()<4>();
  }
}

template <class T>
void product(const View& out, const View& a, const View& b, const View& bias, Activation activation) {
  const int64_t batch = out.shape[0] * out.shape[1], k = a.shape[3];
  int64_t m = out.shape[2], n = out.shape[3];
  Matrix<T> c{out.as<T>(), out.strides[2], out.strides[3]};
  Matrix<const T> x{a.as<T>(), a.strides[2], a.strides[3]}, y{b.as<T>(), b.strides[2], b.strides[3]};
  const View *of_x = &a, *of_y = &b;
  // Where a matrix of the batch begins.
  const auto start = [](const View& v, int64_t g) __attribute__((always_inline)) {
    if (v.shape[0] == 1) return g * v.strides[1];
    return g / v.shape[1] * v.strides[0] + g % v.shape[1] * v.strides[1];
  };
  const T* p_bias = bias.as<T>();
  const int64_t s_bias = p_bias ? bias.strides[0] : 0;
  if (n <= 4 && batch * m * n * k <= small_work) {
    for (int64_t g = 0; g < batch; ++g) {
      narrow_product<T>({c.data + start(out, g), c.row, c.column}, {x.data + start(a, g), x.row, x.column},
                        {y.data + start(b, g), y.row, y.column}, m, n, k, p_bias, s_bias, activation);
    }
    return;
  }
  if (n < 8 && m > n && !bias.data) {  // few columns leave vectors empty: compute the transposed product
    const Matrix<const T> old = x;
    x = {y.data, y.column, y.row};
    y = {old.data, old.column, old.row};
    c = {c.data, c.column, c.row};
    const int64_t old_m = m;
    m = n, n = old_m;
    of_x = &b, of_y = &a;
  }
  constexpr int64_t lanes = vector_bytes / int64_t(sizeof(Sum<T>));
  const int64_t columns = n <= lanes ? lanes : n <= 2 * lanes ? 2 * lanes : 4 * lanes;
  const int64_t strips = (n + columns - 1) / columns, blocks = (m + row_block - 1) / row_block;
  for_tasks(batch * blocks * strips, batch * m * n * k > 2 * parallel_limit, [&](int64_t t) {
    const int64_t g = t / (blocks * strips), i = t / strips % blocks * row_block, j = t % strips * columns;
    const int64_t rows = m - i < row_block ? m - i : row_block, width = n - j < columns ? n - j : columns;
    const Matrix<T> to{c.data + start(out, g) + i * c.row + j * c.column, c.row, c.column};
    const Matrix<const T> left{x.data + start(*of_x, g) + i * x.row, x.row, x.column};
    const Matrix<const T> right{y.data + start(*of_y, g) + j * y.column, y.row, y.column};
    const T* added = p_bias ? p_bias + j * s_bias : nullptr;
    const auto run = columns == lanes ? strip<1, T> : columns == 2 * lanes ? strip<2, T> : strip<4, T>;
    run(to, left, right, rows, width, k, added, s_bias, activation);
  });
}

Status matmul(const View& out, const View& a, const View& b, const View& bias, Activation activation, const Launch&) {
  by_dtype<numeric>(
      out.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) { product<T>(out, a, b, bias, activation); });
  return {};
}

}  // namespace

void fill_matmul(MatmulKernels& k) {
  k.matmul = matmul;
  k.linear = matmul;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
