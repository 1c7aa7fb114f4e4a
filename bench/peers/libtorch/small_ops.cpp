#include "workloads.h"
#include <torch/torch.h>

namespace {

using bench::keep;
using bench::repeat;
using torch::Tensor;

Tensor matrix() { return torch::rand({4, 4}) + 0.5; }
Tensor leaf() { return matrix().requires_grad_(); }

constexpr int chain_length = 100;

// Forward and backward through a chain of `op`, each taking a constant as its second operand.
template <class Op>
bench::Run chain(Op op) {
  return repeat([op, x = leaf(), c = torch::full({4, 4}, 1.001)]() mutable {
    x.mutable_grad().reset();
    Tensor y = x;
    for (int i = 0; i < chain_length; ++i) y = op(y, c);
    y.sum().backward();
  });
}

}  // namespace

std::vector<bench::Workload> small_ops() {
  return {
      {"empty_4x4", [] { return repeat([] {
                           keep(torch::empty({4, 4}));
                         }); }},
      {"transpose_4x4", [] { return repeat([a = matrix()] { keep(a.transpose(0, 1)); }); }},
      {"add_4x4", [] { return repeat([a = matrix(), b = matrix()] { keep(a + b); }); }},
      {"add_4x4_grad", [] { return repeat([a = leaf(), b = leaf()] { keep(a + b); }); }},
      {"sum_4x4", [] { return repeat([a = matrix()] { keep(a.sum()); }); }},
      {"softmax_4x4", [] { return repeat([a = matrix()] { keep(a.softmax(1)); }); }},
      {"matmul_4x4", [] { return repeat([a = matrix(), b = matrix()] { keep(a.matmul(b)); }); }},
      {"chain_add", [] { return chain([](const Tensor& y, const Tensor& c) { return y + c; }); }, chain_length},
      {"chain_mul", [] { return chain([](const Tensor& y, const Tensor& c) { return y * c; }); }, chain_length},
  };
}
