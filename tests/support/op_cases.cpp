#include <ostream>

#include "tenon/tests/support/op_case.h"
#include "tenon/tests/support/op_cases/activation.h"
#include "tenon/tests/support/op_cases/arithmetic.h"
#include "tenon/tests/support/op_cases/arrange.h"
#include "tenon/tests/support/op_cases/comparison.h"
#include "tenon/tests/support/op_cases/conv.h"
#include "tenon/tests/support/op_cases/exponential.h"
#include "tenon/tests/support/op_cases/extremum.h"
#include "tenon/tests/support/op_cases/index.h"
#include "tenon/tests/support/op_cases/join.h"
#include "tenon/tests/support/op_cases/layout.h"
#include "tenon/tests/support/op_cases/loss.h"
#include "tenon/tests/support/op_cases/matmul.h"
#include "tenon/tests/support/op_cases/norm.h"
#include "tenon/tests/support/op_cases/pool.h"
#include "tenon/tests/support/op_cases/random.h"
#include "tenon/tests/support/op_cases/rounding.h"
#include "tenon/tests/support/op_cases/scan.h"
#include "tenon/tests/support/op_cases/softmax.h"
#include "tenon/tests/support/op_cases/sort.h"
#include "tenon/tests/support/op_cases/sum.h"
#include "tenon/tests/support/op_cases/trigonometric.h"

namespace tenon::testing {

void PrintTo(const OpCase& row, std::ostream* out) { *out << row.name; }

// clang-format off
static constexpr std::vector<OpCase> (*families[])() = {  // one line a family
    activation_cases,
    arithmetic_cases,
    arrange_cases,
    comparison_cases,
    conv_cases,
    exponential_cases,
    extremum_cases,
    index_cases,
    join_cases,
    layout_cases,
    loss_cases,
    matmul_cases,
    norm_cases,
    pool_cases,
    random_cases,
    rounding_cases,
    scan_cases,
    softmax_cases,
    sort_cases,
    sum_cases,
    trigonometric_cases,
};
// clang-format on

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> all = [] {
    std::vector<OpCase> rows;
    for (auto family : families) {
      for (OpCase& row : family()) rows.push_back(std::move(row));
    }
    return rows;
  }();
  return all;
}

}  // namespace tenon::testing
