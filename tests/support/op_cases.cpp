#include <ostream>

#include "tenon/tests/support/op_case.h"
#include "tenon/tests/support/op_cases/activation.h"
#include "tenon/tests/support/op_cases/arithmetic.h"
#include "tenon/tests/support/op_cases/arrange.h"
#include "tenon/tests/support/op_cases/attention.h"
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
#include "tenon/tests/support/op_cases/rnn.h"
#include "tenon/tests/support/op_cases/rounding.h"
#include "tenon/tests/support/op_cases/scan.h"
#include "tenon/tests/support/op_cases/softmax.h"
#include "tenon/tests/support/op_cases/sort.h"
#include "tenon/tests/support/op_cases/sum.h"
#include "tenon/tests/support/op_cases/trigonometric.h"

namespace tenon::testing {

void PrintTo(const OpCase& row, std::ostream* out) { *out << row.name; }

/// Where a family's rows have the same bits on every device.
constexpr bool exact = true;

struct Family {
  const char* name;
  std::vector<OpCase> (*rows)();
  bool exact = false;
};

// clang-format off
constexpr Family families[] = {  // one line a family
    {"activation", activation_cases},
    {"arithmetic", arithmetic_cases},
    {"arrange", arrange_cases, exact},
    {"attention", attention_cases},
    {"comparison", comparison_cases, exact},
    {"conv", conv_cases},
    {"exponential", exponential_cases},
    {"extremum", extremum_cases, exact},
    {"index", index_cases, exact},
    {"join", join_cases, exact},
    {"layout", layout_cases, exact},
    {"loss", loss_cases},
    {"matmul", matmul_cases},
    {"norm", norm_cases},
    {"pool", pool_cases},
    {"random", random_cases, exact},
    {"rnn", rnn_cases},
    {"rounding", rounding_cases, exact},
    {"scan", scan_cases},
    {"softmax", softmax_cases},
    {"sort", sort_cases, exact},
    {"sum", sum_cases},
    {"trigonometric", trigonometric_cases},
};
// clang-format on

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> all = [] {
    std::vector<OpCase> rows;
    for (const Family& family : families) {
      for (OpCase& row : family.rows()) {
        row.family = family.name;
        row.exact = family.exact && !row.adds;
        rows.push_back(std::move(row));
      }
    }
    return rows;
  }();
  return all;
}

}  // namespace tenon::testing
