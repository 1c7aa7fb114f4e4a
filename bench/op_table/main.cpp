// Every row of the op table: its own operands, which are small, show what a call costs; larger ones, what an element
// costs. A row `conv2d` is the workloads conv2d, conv2d@grad, conv2d@large and conv2d@large@grad.
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "../frame.h"

#include "tenon/autograd/autograd.h"
#include "tenon/core/ops/create.h"
#include "tenon/tests/support/op_inputs.h"

using namespace tenon;
using namespace tenon::testing;

namespace {

DType dtype_of_row(const OpCase& row) { return contains(row.dtypes, float32) ? float32 : float64; }

/// The operands with all sizes enlarged; where they do not fit each other then, enlarged in another way.
Arrays large_inputs(const OpCase& row) {
  std::vector<std::vector<Input>> ways = enlarged(row, 1 << 17);
  std::swap(ways.front(), ways[ways.size() - 2]);
  for (const std::vector<Input>& way : ways) {
    try {
      Arrays inputs = make_inputs(row.name, way, dtype_of_row(row));
      row.call.arrays(inputs);
      return inputs;
    } catch (const Error&) {
      continue;
    }
  }
  return make_inputs(row, dtype_of_row(row));
}

bench::Run forward(const OpCase& row, const Arrays& inputs) {
  return bench::repeat([&row, inputs] { bench::keep(row.call.arrays(inputs)); });
}

bench::Run forward_and_backward(const OpCase& row, const Arrays& inputs) {
  Tensors x(inputs.begin(), inputs.end()), wanted;
  for (size_t i = 0; i < x.size(); ++i) {
    if (row.inputs[i].floats()) wanted.push_back(x[i].requires_grad(true));
  }
  const Tensor y = row.call.tensors(x);
  const Tensor dy = ones(y.shape(), y.dtype());
  return bench::repeat([&row, x, wanted, dy] {
    bench::keep(grad({row.call.tensors(x)}, wanted, {.grad_outputs = {dy}, .allow_unused = true}));
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<bench::Workload> workloads;
  for (const OpCase& row : op_cases()) {
    for (const bool large : {false, true}) {
      const auto inputs = [&row, large] { return large ? large_inputs(row) : make_inputs(row, dtype_of_row(row)); };
      const std::string name = row.name + (large ? "@large" : "");
      workloads.push_back({name, [&row, inputs] { return forward(row, inputs()); }});
      if (!row.differentiable) continue;
      workloads.push_back({name + "@grad", [&row, inputs] { return forward_and_backward(row, inputs()); }});
    }
  }
  return bench::serve(argc, argv, workloads, "rows of the op table");
}
