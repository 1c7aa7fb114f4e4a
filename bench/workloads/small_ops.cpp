#include "workloads.h"
#include <tenon/autograd/autograd.h>
#include <tenon/core/core.h>

namespace {

using bench::keep;
using bench::repeat;
using namespace tenon;

Array matrix() { return full({4, 4}, 1.5); }
Tensor constant() { return matrix(); }
Tensor leaf() { return Tensor(matrix()).requires_grad(true); }

constexpr int chain_length = 100;

// Forward and backward through a chain of `op`, each taking a constant as its second operand.
template <class Op>
bench::Run chain(Op op) {
  return repeat([op, x = leaf(), c = Tensor(full({4, 4}, 1.001))] {
    x.clear_grad();
    Tensor y = x;
    for (int i = 0; i < chain_length; ++i) y = op(y, c);
    sum(y).backward();
  });
}

}  // namespace

std::vector<bench::Workload> small_ops() {
  return {
      {"empty_4x4", [] { return repeat([] {
                           keep(empty({4, 4}));
                         }); }},
      {"transpose_4x4", [] { return repeat([a = constant()] { keep(a.transpose(0, 1)); }); }},
      {"add_4x4", [] { return repeat([a = constant(), b = constant()] { keep(a + b); }); }},
      {"add_4x4_grad", [] { return repeat([a = leaf(), b = leaf()] { keep(a + b); }); }},
      {"sum_4x4", [] { return repeat([a = constant()] { keep(sum(a)); }); }},
      {"softmax_4x4", [] { return repeat([a = constant()] { keep(softmax(a, 1)); }); }},
      {"matmul_4x4", [] { return repeat([a = constant(), b = constant()] { keep(matmul(a, b)); }); }},
      {"chain_add", [] { return chain([](const Tensor& y, const Tensor& c) { return y + c; }); }, chain_length},
      {"chain_mul", [] { return chain([](const Tensor& y, const Tensor& c) { return y * c; }); }, chain_length},
  };
}
