#include "tenon/autograd/ops/norm.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/exponential.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/autograd/precision.h"

namespace tenon::inline v0 {

namespace {

/// The axes that are normalised over, and the shape that spreads statistics and factors over x.
struct Normalisation {
  Axes reduced, others;  // others: all but those of weight and bias
  Shape statistics, factors;
  double count = 1;
};

Normalisation over_last(const Shape& shape, int64_t axes) {
  std::vector<int64_t> reduced, others;
  Normalisation n{{}, {}, shape, shape};
  for (int i = 0; i < shape.ndim(); ++i) {
    const bool last = i >= shape.ndim() - axes;
    (last ? reduced : others).push_back(i);
    (last ? n.statistics : n.factors)[i] = 1;
    if (last) n.count *= static_cast<double>(shape[i]);
  }
  n.reduced = reduced;
  n.others = others;
  return n;
}

Normalisation over_all_but_channels(const Shape& shape) {
  std::vector<int64_t> reduced;
  Normalisation n{{}, {}, shape, shape};
  for (int i = 0; i < shape.ndim(); ++i) {
    if (i == 1) continue;
    reduced.push_back(i);
    n.statistics[i] = n.factors[i] = 1;
    n.count *= static_cast<double>(shape[i]);
  }
  n.reduced = n.others = reduced;
  return n;
}

Tensor mean_over(const Tensor& x, const Normalisation& n) { return sum(x, n.reduced, true) * (1 / n.count); }

/// 1 / sqrt(var + eps) of x, whose mean is taken off.
Tensor rstd_of(const Tensor& centred, const Normalisation& n, double eps) {
  return rsqrt(mean_over(square(centred), n) + eps);
}

/// The gradients from x anew, in differentiable ops. Of statistics that are constants, `mean` and `rstd` are given.
Gradients composed(const Backward& b, const Normalisation& n, double eps, const Array* mean, const Array* rstd) {
  const Tensor x = b.input(0), dy = b.dy();
  const Tensor centred = x - (mean ? Tensor(reshape(*mean, n.statistics)) : mean_over(x, n));
  const Tensor scale = rstd ? Tensor(reshape(*rstd, n.statistics)) : rstd_of(centred, n, eps);
  const Tensor normal = centred * scale;
  const auto summed = [&](const Tensor& terms) {
    const Tensor total = n.others.mask(terms.ndim(), "norm") == 0 ? terms : sum(terms, n.others, true);
    return reshape(total, b.shape_of(b.has(1) ? 1 : 2));
  };
  return b.each(
      [&] {
        const Tensor g = b.has(1) ? dy * reshape(b.input(1), n.factors) : dy;
        if (mean) return g * scale;
        return (g - mean_over(g, n) - normal * mean_over(g * normal, n)) * scale;
      },
      [&] { return summed(dy * normal); }, [&] { return summed(dy); });
}

Keep keep_factors(const Tensor& weight) { return keep_input(0) | (weight.defined() ? keep_input(1) : keep_nothing); }

Array weight_of(const Backward& b) { return b.has(1) ? b.input(1).array() : Array(); }

NormWanted wanted_of(const Backward& b) { return {b.needs(0), b.needs(1), b.needs(2)}; }

Gradients as_gradients(NormGradients&& g) {
  return gradients(Tensor(std::move(g.dx)), Tensor(std::move(g.dweight)), Tensor(std::move(g.dbias)));
}

}  // namespace

Tensor layer_norm(const Tensor& x0, int64_t axes, const Tensor& weight0, const Tensor& bias0, double eps) {
  auto [x, weight, bias] = full_precision(x0, weight0, bias0);
  Normalized n = layer_norm_with_statistics(x.array(), axes, weight.array(), bias.array(), eps);
  return record("layer_norm", std::move(n.y), {x, weight, bias}, keep_factors(weight), saved{n.mean, n.rstd},
                [axes, eps](const Backward& b) {
                  if (b.create_graph()) return composed(b, over_last(b.shape_of(0), axes), eps, nullptr, nullptr);
                  return as_gradients(layer_norm_grad(b.dy().array(), b.input(0).array(), axes, b.saved(0), b.saved(1),
                                                      weight_of(b), wanted_of(b)));
                });
}

Tensor batch_norm(const Tensor& x0, const Tensor& weight0, const Tensor& bias0, const Array& running_mean,
                  const Array& running_var, const BatchNormOptions& options) {
  auto [x, weight, bias] = first_precision(x0, weight0, bias0);
  Normalized n =
      batch_norm_with_statistics(x.array(), weight.array(), bias.array(), running_mean, running_var, options);
  return record("batch_norm", std::move(n.y), {x, weight, bias}, keep_factors(weight), saved{n.mean, n.rstd},
                [training = options.training, eps = options.eps](const Backward& b) {
                  const Array &mean = b.saved(0), &rstd = b.saved(1);
                  if (b.create_graph()) {
                    const Normalisation over = over_all_but_channels(b.shape_of(0));
                    return composed(b, over, eps, training ? nullptr : &mean, training ? nullptr : &rstd);
                  }
                  return as_gradients(batch_norm_grad(b.dy().array(), b.input(0).array(), mean, rstd, weight_of(b),
                                                      training, wanted_of(b)));
                });
}

}  // namespace tenon::inline v0
