#include "tenon/autograd/gradcheck.h"

#include <cmath>

#include "tenon/autograd/grad_mode.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

namespace {

using Function = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;
using One = std::function<Tensor(const std::vector<Tensor>&)>;
using Options = GradcheckOptions;

Function as_several(const One& function) {
  return [function](const std::vector<Tensor>& x) { return std::vector<Tensor>{function(x)}; };
}

double* elements(const Array& x) { return static_cast<double*>(x.data()); }

/// A row-major float64 copy in memory of its own.
Array plain_copy(const Array& x) {
  Array copy = empty(x.shape(), float64);
  copy_(copy, x);
  return copy;
}

/// Position `flat` of a row-major array of the given shape.
Shape position(int64_t flat, const Shape& shape) {
  Shape at = shape;
  for (int i = shape.ndim() - 1; i >= 0; --i) {
    at[i] = flat % shape[i];
    flat /= shape[i];
  }
  return at;
}

std::vector<Array> values_of(const std::vector<Tensor>& outputs) {
  std::vector<Array> values;
  for (const Tensor& output : outputs) {
    values.push_back(is_floating(output.dtype()) ? plain_copy(output.array()) : Array());
  }
  return values;
}

/// jacobian[k][i]: output k by input i, a row for each element of the output; not defined: zero.
using Jacobian = std::vector<std::vector<Array>>;

Jacobian analytic_jacobian(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> asking;
  for (const Tensor& input : inputs) {
    if (input.requires_grad()) asking.push_back(input);
  }
  Jacobian jacobian(outputs.size(), std::vector<Array>(inputs.size()));
  for (size_t k = 0; k < outputs.size(); ++k) {
    const Tensor& output = outputs[k];
    if (!output.requires_grad()) continue;
    for (int64_t row = 0; row < output.numel(); ++row) {
      const Array unit = zeros(output.shape(), float64);
      elements(unit)[row] = 1;
      const GradOptions options{.grad_outputs = {unit.to(output.dtype())}, .retain_graph = true, .allow_unused = true};
      const std::vector<Tensor> found = grad({output}, asking, options);
      for (size_t i = 0, a = 0; i < inputs.size(); ++i) {
        if (!inputs[i].requires_grad()) continue;
        const Tensor& gradient = found[a++];
        if (!gradient.defined()) continue;
        Array& matrix = jacobian[k][i];
        if (!matrix.defined()) matrix = zeros({output.numel(), inputs[i].numel()}, float64);
        copy_(select(matrix, 0, row).reshape(inputs[i].shape()), gradient.array());
      }
    }
  }
  return jacobian;
}

std::string check(const char* caller, const Function& function, const std::vector<Tensor>& inputs,
                  const Options& options) {
  const EnableGrad on;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].requires_grad() && inputs[i].dtype() != float64) {
      return text(caller, ": input ", i, " is ", name_of(inputs[i].dtype()), "; numeric differences need float64");
    }
  }
  std::vector<Tensor> outputs = function(inputs);
  const Jacobian analytic = analytic_jacobian(outputs, inputs);
  std::vector<Shape> shapes;
  for (const Tensor& output : outputs) shapes.push_back(output.shape());
  outputs.clear();

  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].requires_grad()) continue;
    const Array moved = plain_copy(inputs[i].array());
    const auto outputs_at = [&](int64_t column, double value) {
      elements(moved)[column] = value;
      std::vector<Tensor> x = inputs;
      x[i] = Tensor(plain_copy(moved)).requires_grad(true);
      return values_of(function(x));
    };
    for (int64_t column = 0; column < moved.numel(); ++column) {
      const double value = elements(moved)[column];
      const std::vector<Array> above = outputs_at(column, value + options.eps),
                               below = outputs_at(column, value - options.eps);
      elements(moved)[column] = value;
      for (size_t k = 0; k < above.size(); ++k) {
        if (!above[k].defined()) continue;
        const Array& matrix = analytic[k][i];
        for (int64_t row = 0; row < above[k].numel(); ++row) {
          const double numeric = (elements(above[k])[row] - elements(below[k])[row]) / (2 * options.eps);
          const double found = matrix.defined() ? elements(matrix)[row * moved.numel() + column] : 0;
          if (std::abs(numeric - found) <= options.atol + options.rtol * std::abs(numeric)) continue;
          const std::string output = shapes.size() == 1 ? "output" : text("output ", k);
          return text(caller, ": input ", i, " at ", position(column, inputs[i].shape()), ", ", output, " at ",
                      position(row, shapes[k]), ": numeric ", numeric, ", analytic ", found);
        }
      }
    }
  }
  return "";
}

/// Uneven numbers between -1 and 1.
Tensor uneven_like(const Tensor& x) {
  const Array values = empty(x.shape(), float64);
  for (int64_t i = 0; i < values.numel(); ++i) elements(values)[i] = std::sin(1.7 * static_cast<double>(i) + 0.6);
  return Tensor(values).requires_grad(true);
}

}  // namespace

std::string gradcheck(const Function& function, const std::vector<Tensor>& inputs, const Options& options) {
  return check("gradcheck", function, inputs, options);
}
std::string gradcheck(const One& function, const std::vector<Tensor>& inputs, const Options& options) {
  return gradcheck(as_several(function), inputs, options);
}

std::string gradgradcheck(const Function& function, const std::vector<Tensor>& inputs, const Options& options) {
  const EnableGrad on;
  std::vector<Tensor> all = inputs;
  for (const Tensor& output : function(inputs)) {
    if (output.requires_grad()) all.push_back(uneven_like(output));
  }
  const size_t n = inputs.size();
  const Function first_gradients = [&function, n](const std::vector<Tensor>& x) {
    const std::vector<Tensor> own(x.begin(), x.begin() + static_cast<int64_t>(n));
    std::vector<Tensor> outputs, asking;
    for (const Tensor& output : function(own)) {
      if (output.requires_grad()) outputs.push_back(output);
    }
    for (const Tensor& input : own) {
      if (input.requires_grad()) asking.push_back(input);
    }
    GradOptions create{.create_graph = true, .allow_unused = true};
    create.grad_outputs.assign(x.begin() + static_cast<int64_t>(n), x.end());
    std::vector<Tensor> found = grad(outputs, asking, create);
    for (size_t i = 0; i < found.size(); ++i) {
      if (!found[i].defined()) found[i] = zeros_like(asking[i].array());
    }
    return found;
  };
  return check("gradgradcheck", first_gradients, all, options);
}
std::string gradgradcheck(const One& function, const std::vector<Tensor>& inputs, const Options& options) {
  return gradgradcheck(as_several(function), inputs, options);
}

}  // namespace tenon::inline v0
