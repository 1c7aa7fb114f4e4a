// Every unit of a recurrent cell, on the host, beside the CPU's kernels.
#include "tenon/core/cuda/rnn_units.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/dispatch.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/random.h"

namespace tenon {
namespace {

using namespace cuda_backend;
using detail::kernels;

constexpr int64_t rows = 3, hidden = 5;

/// Two copies of each operand: the CPU's kernel runs on one, the threads of ours on the other.
class RnnUnits : public ::testing::Test {
 protected:
  /// A state, or gates, whose rows lie apart.
  Array operand(int64_t gates) {
    const int64_t columns = gates * hidden;
    for (std::vector<Array>* arrays : {&theirs_, &ours_}) {
      arrays->push_back(slice(zeros({rows, columns + (gates > 1 ? 3 : 0)}), 1, 0, columns));
    }
    copy_(theirs_.back(), randn({rows, columns}, float32, cpu, generator_));
    copy_(ours_.back(), theirs_.back());
    return theirs_.back();
  }
  float* ours(size_t i) const { return ours_[i].raw().as<float>(); }
  Units units() const { return Units(ours_.back().raw(), ours_.front().raw()); }
  template <class Unit>
  void expect_same(const Unit& unit) const {
    for (int64_t k = 0; k < rows * hidden; ++k) unit(k);
    for (size_t i = 0; i < ours_.size(); ++i) {
      const auto got = ours_[i].view<const float, 2>(), expected = theirs_[i].view<const float, 2>();
      for (int64_t row = 0; row < rows; ++row) {
        for (int64_t k = 0; k < ours_[i].size(1); ++k) {
          EXPECT_NEAR(got(row, k), expected(row, k), 1e-5) << "operand " << i << " at " << row << ", " << k;
        }
      }
    }
  }

 private:
  Generator generator_{7};
  std::vector<Array> theirs_, ours_;
};

TEST_F(RnnUnits, LstmCell) {
  const Array gates = operand(4), recurrent = operand(4), c_before = operand(1), c = operand(1), h = operand(1);
  detail::run(kernels.rnn.lstm_cell, cpu, float32, gates.raw(), recurrent.raw(), c_before.raw(), c.raw(), h.raw());
  expect_same(LstmUnit<float>{units(), ours(0), ours(3), ours(4), ours(1), ours(2)});
}

TEST_F(RnnUnits, LstmCellGrad) {
  const Array slopes = operand(4), gates = operand(4), c_before = operand(1), c = operand(1), dy = operand(1),
              dh = operand(1), carry = operand(1);
  detail::run(kernels.rnn.lstm_cell_grad, cpu, float32, slopes.raw(), gates.raw(), c_before.raw(), c.raw(), dy.raw(),
              dh.raw(), carry.raw());
  expect_same(LstmUnitGrad<float>{units(), ours(0), ours(6), ours(1), ours(2), ours(3), ours(4), ours(5)});
}

TEST_F(RnnUnits, GruCell) {
  const Array gates = operand(3), recurrent = operand(3), h_before = operand(1), h = operand(1);
  detail::run(kernels.rnn.gru_cell, cpu, float32, gates.raw(), recurrent.raw(), h_before.raw(), h.raw());
  expect_same(GruUnit<float>{units(), ours(0), ours(3), ours(1), ours(2)});
}

TEST_F(RnnUnits, GruCellGrad) {
  const Array slopes = operand(3), recurrent_slopes = operand(3), gates = operand(3), recurrent = operand(3),
              h_before = operand(1), dy = operand(1), dh = operand(1), carry = operand(1);
  detail::run(kernels.rnn.gru_cell_grad, cpu, float32, slopes.raw(), recurrent_slopes.raw(), gates.raw(),
              recurrent.raw(), h_before.raw(), dy.raw(), dh.raw(), carry.raw());
  expect_same(GruUnitGrad<float>{units(), ours(0), ours(1), ours(7), ours(2), ours(3), ours(4), ours(5), ours(6)});
}

}  // namespace
}  // namespace tenon
