#include "workloads.h"

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/matmul.h"
#include "tenon/core/ops/sum.h"

namespace {

using bench::keep;
using bench::repeat;
using tenon::Array;

Array matrix() { return tenon::full({4, 4}, 1.5); }

}  // namespace

std::vector<bench::Workload> small_ops() {
  return {
      {"empty_4x4", [] { return repeat([] {
                           keep(tenon::empty({4, 4}));
                         }); }},
      {"transpose_4x4", [] { return repeat([a = matrix()] { keep(a.transpose(0, 1)); }); }},
      {"add_4x4", [] { return repeat([a = matrix(), b = matrix()] { keep(a + b); }); }},
      {"sum_4x4", [] { return repeat([a = matrix()] { keep(sum(a)); }); }},
      {"matmul_4x4", [] { return repeat([a = matrix(), b = matrix()] { keep(matmul(a, b)); }); }},
  };
}
