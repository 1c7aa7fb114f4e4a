// Products: cuBLASLt for the floating dtypes, our own kernel for all others and for what cuBLASLt does not take.
#include "tenon/core/cuda/cublas.h"
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/finish.cuh"
#include "tenon/core/cuda/matrices.h"
#include "tenon/core/cuda/product.cuh"

namespace tenon::inline v0::cuda_backend {

namespace {

template <class T>
Status by_ourselves(const Product& p, const View& bias, Activation activation, const Launch& launch) {
  const ProductPlan plan(p.out.batch, p.m(), p.n(), p.depth());
  const StoreMatrix<T> store{reinterpret_cast<T*>(p.out.data),
                             p.out.s_batch,
                             p.out.s_row,
                             p.out.s_column,
                             bias.as<const T>(),
                             0,
                             bias.data ? bias.strides[0] : 0,
                             activation == Activation::relu};
  const auto with_b = [&]<class A>(const A& a) {
    const auto* w = reinterpret_cast<const T*>(p.w.data);
    if (p.w.by_rows()) {
      return product<Sum<T>>(plan, a, Matrix<T, false>{w, p.w.s_batch, p.w.s_column, p.w.s_row}, store, launch);
    }
    return product<Sum<T>>(plan, a, Matrix<T, true>{w, p.w.s_batch, p.w.s_column, p.w.s_row}, store, launch);
  };
  const auto* a = reinterpret_cast<const T*>(p.a.data);
  if (p.a.by_rows()) return with_b(Matrix<T, true>{a, p.a.s_batch, p.a.s_row, p.a.s_column});
  return with_b(Matrix<T, false>{a, p.a.s_batch, p.a.s_row, p.a.s_column});
}

Status multiply(const Product& p, const View& bias, Activation activation, const Launch& launch) {
  const DType dtype = p.out.dtype;
  if (is_floating(dtype) && p.depth() > 0 && (!bias.data || p.n() == 1 || bias.strides[0] == 1)) {
    bool bias_added = false;
    const Status status = by_cublas(p, bias.data, launch, bias_added);
    if (status.code == StatusCode::ok) {
      const void* missing = bias_added ? nullptr : bias.data;
      return finish(p.out.data, missing, p.out.batch * p.m(), p.n(), dtype, activation, launch);
    }
    if (status.code != StatusCode::unsupported) return status;
  }
  return by_dtype<numeric>(dtype,
                           [&]<class T>(Type<T>) -> Status { return by_ourselves<T>(p, bias, activation, launch); });
}

Status matmul(const View& out, const View& a, const View& w, const View& bias, Activation activation,
              const Launch& launch) {
  // cuBLASLt takes no more matrices at a time.
  constexpr int64_t most_matrices = 65535;
  const OnDevice on(launch);
  const Product whole(out, a, w);
  for (int64_t o = 0; o < whole.out.outer; ++o) {
    const Product one = whole.part(ProductOperand::outer_axis, o, 1);
    for (int64_t first = 0; first < one.out.batch; first += most_matrices) {
      const int64_t left = one.out.batch - first, count = left < most_matrices ? left : most_matrices;
      const Status status = multiply(one.part(ProductOperand::batch_axis, first, count), bias, activation, launch);
      if (status.code != StatusCode::ok) return status;
    }
  }
  return {};
}

}  // namespace

void fill_matmul(Backend& backend) {
  backend.matmul.matmul = matmul;
  backend.matmul.linear = matmul;
}

}  // namespace tenon::inline v0::cuda_backend
