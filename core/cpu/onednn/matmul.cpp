// Products: oneDNN for float32 and bfloat16, OpenBLAS for large float64, 16 bits that oneDNN does not multiply by way
// of float32. Small products and all other dtypes stay with the loops.
#include <cstring>

#include "tenon/core/cpu/onednn/fill.h"
#include "tenon/core/cpu/onednn/onednn.h"
#include "tenon/core/cpu/openblas/dgemm.h"
#include "tenon/core/kernels/product_operand.h"

namespace tenon::inline v0::onednn {

namespace {

// Multiplications below which the loops are faster than the call of a library; for OpenBLAS also than opening it.
constexpr int64_t onednn_limit = 10'000, openblas_limit = 300'000;
// Multiplications in a piece that is worth a task of its own, and most pieces of a product.
constexpr int64_t piece_work = 1'000'000, most_pieces = 16;

dnnl::memory::desc desc_of(const ProductOperand& x) {
  if (x.batch == 1 && x.outer == 1) {
    return {{x.rows, x.columns}, type_of(x.dtype), dnnl::memory::dims{x.s_row, x.s_column}};
  }
  // An axis that repeats has size 1, and a stride that a plain array could have.
  const int64_t batch = x.s_batch == 0 ? 1 : x.batch, outer = x.s_outer == 0 ? 1 : x.outer;
  const int64_t s_batch = x.s_batch == 0 ? std::max(x.rows * x.s_row, x.columns * x.s_column) : x.s_batch;
  if (x.outer == 1) {
    return {{batch, x.rows, x.columns}, type_of(x.dtype), dnnl::memory::dims{s_batch, x.s_row, x.s_column}};
  }
  const int64_t s_outer = x.s_outer == 0 ? batch * s_batch : x.s_outer;
  return {
      {outer, batch, x.rows, x.columns}, type_of(x.dtype), dnnl::memory::dims{s_outer, s_batch, x.s_row, x.s_column}};
}

struct Product {
  ProductOperand out, a, b;
  char* bias;  // or null

  int64_t work() const { return out.outer * out.batch * out.rows * out.columns * a.columns; }
  /// The part that computes `count` outputs from `first` along an axis.
  Product part(ProductOperand::Axis axis, int64_t first, int64_t count) const {
    Product p = *this;
    p.out = out.part(axis, first, count);
    if (axis != ProductOperand::column_axis) p.a = a.part(axis, first, count);
    if (axis != ProductOperand::row_axis) p.b = b.part(axis, first, count);
    if (axis == ProductOperand::column_axis && bias) p.bias += first * static_cast<int64_t>(size_of(out.dtype));
    return p;
  }
};

Status by_onednn(const Product& p, const Launch& launch) {
  Key key{'m',           static_cast<int64_t>(p.out.dtype),
          threads(),     p.bias != nullptr,
          p.out.outer,   p.out.batch,
          p.out.rows,    p.out.columns,
          p.out.s_outer, p.out.s_batch,
          p.out.s_row,   p.a.columns,
          p.a.s_outer,   p.a.s_batch,
          p.a.s_row,     p.a.s_column,
          p.b.s_outer,   p.b.s_batch,
          p.b.s_row,     p.b.s_column};
  const Call& call = cached<Call>(key, [&] {
    const dnnl::memory::desc out = desc_of(p.out), a = desc_of(p.a), b = desc_of(p.b);
    if (!p.bias) {
      return Call(dnnl::matmul::primitive_desc(engine(), a, b, out, attributes()),
                  {{DNNL_ARG_DST, out}, {DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}});
    }
    dnnl::memory::dims sizes(static_cast<size_t>(out.get_ndims()), 1), strides = sizes;
    sizes.back() = p.out.columns;
    for (size_t i = 0; i + 1 < sizes.size(); ++i) strides[i] = p.out.columns;
    const dnnl::memory::desc bias(sizes, type_of(p.out.dtype), strides);
    return Call(dnnl::matmul::primitive_desc(engine(), a, b, bias, out, attributes()),
                {{DNNL_ARG_DST, out}, {DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_BIAS, bias}});
  });
  if (!call) return {StatusCode::unsupported, "not for this processor"};
  if (p.bias) return call.run(launch, {p.out.data, p.a.data, p.b.data, p.bias});
  return call.run(launch, {p.out.data, p.a.data, p.b.data});
}

Status by_openblas(const Product& p, const Launch&) {
  const auto matrix = [](const ProductOperand& x, int64_t g) {
    return reinterpret_cast<double*>(x.data) + g / x.batch * x.s_outer + g % x.batch * x.s_batch;
  };
  const auto operand = [&](const ProductOperand& x, int64_t g) {
    return openblas::Operand{matrix(x, g), x.leading(), !x.by_rows()};
  };
  for (int64_t g = 0; g < p.out.outer * p.out.batch; ++g) {
    double* out = matrix(p.out, g);
    if (p.bias) {
      const size_t bytes = static_cast<size_t>(p.out.columns) * sizeof(double);
      for (int64_t i = 0; i < p.out.rows; ++i) std::memcpy(out + i * p.out.s_row, p.bias, bytes);
    }
    const bool done = openblas::dgemm(p.out.rows, p.out.columns, p.a.columns, operand(p.a, g), operand(p.b, g),
                                      p.bias ? 1 : 0, out, p.out.s_row);
    if (!done) return {StatusCode::unsupported, "no OpenBLAS"};
  }
  return {};
}

/// Libraries cut by thread, and what they cut decides the order of their sums: where that must not show, we cut.
template <class Kernel>
Status in_pieces(const Product& p, const Launch& launch, const Kernel& kernel) {
  if (!launch.is(Launch::deterministic)) return kernel(p, launch);
  const ProductOperand& o = p.out;
  const auto axis = o.outer > 1           ? ProductOperand::outer_axis
                    : o.batch > 1         ? ProductOperand::batch_axis
                    : o.rows >= o.columns ? ProductOperand::row_axis
                                          : ProductOperand::column_axis;
  const int64_t sizes[] = {o.outer, o.batch, o.rows, o.columns}, n = sizes[axis];
  const int64_t pieces = std::clamp(p.work() / piece_work, int64_t{1}, most_pieces);
  int64_t slice = (n + pieces - 1) / pieces;
  if (axis >= ProductOperand::row_axis) slice = (slice + 15) / 16 * 16;
  return in_slices(n, slice, [&](int64_t first, int64_t count) { return kernel(p.part(axis, first, count), launch); });
}

/// A float32 array of the shape of `like`, C order, in memory for the time of a call.
struct Floats {
  Workspace memory;
  int64_t strides[4] = {};
  View view;

  Floats(const View& like, const Launch& launch)
      : memory(launch, static_cast<size_t>(like.numel()) * sizeof(float)), view{memory.get(), like.shape, strides,
                                                                                like.ndim,    float32,    0} {
    int64_t stride = 1;
    for (int i = like.ndim - 1; i >= 0; --i) strides[i] = stride, stride *= like.shape[i];
  }
};

Status multiply(const View& out, const View& a, const View& b, const View& bias, Activation activation,
                const Launch& launch);

Status by_way_of_float(const View& out, const View& a, const View& b, const View& bias, Activation activation,
                       const Launch& launch) {
  const Floats x(a, launch), y(b, launch), z(out, launch), added(bias, launch);
  if (!x.memory.get() || !y.memory.get() || !z.memory.get() || !added.memory.get()) return no_workspace;
  Status status = convert(x.view, a, launch);
  if (status.code == StatusCode::ok) status = convert(y.view, b, launch);
  if (status.code == StatusCode::ok && bias.data) status = convert(added.view, bias, launch);
  const View none{nullptr, nullptr, nullptr, 0, float32, 0};
  if (status.code == StatusCode::ok) {
    status = multiply(z.view, x.view, y.view, bias.data ? added.view : none, activation, launch);
  }
  return status.code == StatusCode::ok ? convert(out, z.view, launch) : status;
}

Status multiply(const View& out, const View& a, const View& b, const View& bias, Activation activation,
                const Launch& launch) {
  const auto by_loops = [&] { return loops.matmul.matmul.function()(out, a, b, bias, activation, launch); };
  const Product p{ProductOperand(out), ProductOperand(a), ProductOperand(b), bias.as<char>()};
  const int64_t work = p.work();
  Status status{StatusCode::unsupported, ""};
  if (work < onednn_limit) return by_loops();
  if (out.dtype == float32 || (out.dtype == bfloat16 && multiplies_bfloat16())) {
    status = in_pieces(p, launch, by_onednn);
  } else if (out.dtype == float64 && work >= openblas_limit) {
    status = in_pieces(p, launch, by_openblas);
  }
  if (status.code == StatusCode::ok) return activate(out, activation, launch);
  if (status.code != StatusCode::unsupported) return status;
  if (size_of(out.dtype) == 2) return by_way_of_float(out, a, b, bias, activation, launch);
  return by_loops();
}

}  // namespace

void fill_matmul(MatmulKernels& k) {
  k.matmul = multiply;
  k.linear = multiply;
}

}  // namespace tenon::inline v0::onednn
