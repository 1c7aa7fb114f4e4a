// What the kernel's file and the op's have in common. The values come as views, in whatever strides they have.
#pragma once
#include <tenon/core/streams.h>
#include <tenon/core/typed_view.h>

template <class T>
using Matrix = tenon::TypedView<T, 2>;

/// out = x moved by `by` towards 0, which it does not pass. Does not wait.
void soft_shrink(const Matrix<float>& out, const Matrix<const float>& x, double by, const tenon::Stream& stream);
void soft_shrink(const Matrix<double>& out, const Matrix<const double>& x, double by, const tenon::Stream& stream);

/// dx = dy where |x| > by, else 0. Does not wait.
void soft_shrink_grad(const Matrix<float>& dx, const Matrix<const float>& dy, const Matrix<const float>& x, double by,
                      const tenon::Stream& stream);
void soft_shrink_grad(const Matrix<double>& dx, const Matrix<const double>& dy, const Matrix<const double>& x,
                      double by, const tenon::Stream& stream);
