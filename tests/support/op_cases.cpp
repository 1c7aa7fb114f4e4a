#include <ostream>

#include "tenon/tests/support/op_case.h"
#include "tenon/tests/support/op_cases/activation.h"
#include "tenon/tests/support/op_cases/arithmetic.h"
#include "tenon/tests/support/op_cases/conv.h"
#include "tenon/tests/support/op_cases/layout.h"
#include "tenon/tests/support/op_cases/matmul.h"
#include "tenon/tests/support/op_cases/pool.h"
#include "tenon/tests/support/op_cases/sum.h"

namespace tenon::testing {

void PrintTo(const OpCase& row, std::ostream* out) { *out << row.name; }

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> all = [] {
    std::vector<OpCase> rows;
    for (auto family :
         {activation_cases, arithmetic_cases, conv_cases, layout_cases, matmul_cases, pool_cases, sum_cases}) {
      for (OpCase& row : family()) rows.push_back(std::move(row));
    }
    return rows;
  }();
  return all;
}

}  // namespace tenon::testing
