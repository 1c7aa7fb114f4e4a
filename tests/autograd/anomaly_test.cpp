#include "tenon/core/frame.h"
#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

std::string frame_name(const void* owner, const void*) { return static_cast<const char*>(owner); }

TEST(Anomaly, NamesTheOpAndTheModuleOfTheFirstNan) {
  const Tensor x = leaf(full({2}, 0.f));
  const AnomalyMode on;
  const Frame net("Net", frame_name), head("head", frame_name);
  const Tensor fine = x / 1 - 1;
  const Tensor infinite = fine / x;
  EXPECT_EQ(error_of([&] { infinite - infinite; }), "Net.head: sub: the result has nan");
  EXPECT_EQ(error_of([&] { Tensor(x.array()) / x.array(); }), "Net.head: div: the result has nan");
}

TEST(Anomaly, InfinitiesOfBothSignsAreNoNan) {
  const AnomalyMode on;
  const Tensor one = array({1.f, -1.f});
  EXPECT_EQ(error_of([&] { one / Tensor(full({2}, 0.f)); }), "no error");
}

TEST(Anomaly, FindsInfinitiesWhereAsked) {
  const Tensor one = array({1.f, -1.f}), huge = full({2}, 3e38f), tiny = leaf(full({2}, 1e-30f));
  const AnomalyMode on({.infinities = true});
  EXPECT_EQ(error_of([&] { one / Tensor(full({2}, 0.f)); }), "div: the result has inf");
  EXPECT_EQ(error_of([&] { huge - 1; }), "no error") << "only their sum is infinite";
  EXPECT_EQ(error_of([&] { sum(tiny * 1e20 * 1e20).backward(); }), "backward of mul: the gradient of input 0 has inf");
  const AnomalyMode only_nan;
  EXPECT_EQ(error_of([&] { one / Tensor(full({2}, 0.f)); }), "no error");
}

TEST(Anomaly, NanInAGradient) {
  const Tensor x = leaf(full({1}, 0.f));
  const AnomalyMode on;
  Tensor y;
  {
    const Frame net("Net", frame_name), part("root", frame_name);
    y = record("root", x.array() * 1, {x}, keep_nothing, [](const Backward& b) { return gradients(b.dy() / 0); });
    y = y * 0;  // 0 times infinity
  }
  EXPECT_EQ(error_of([&] { sum(y).backward(); }), "Net.root: backward of root: the gradient of input 0 has nan");
}

TEST(Anomaly, IsOffOutside) {
  const Tensor x = leaf(full({1}, 0.f));
  { const AnomalyMode on; }
  EXPECT_EQ(error_of([&] { sum(x / x).backward(); }), "no error");
}

}  // namespace tenon::testing
