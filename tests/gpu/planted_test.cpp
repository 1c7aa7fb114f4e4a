// Failures on purpose, for gpu-check --planted to report. DISABLED_: run only when asked for.
#include <csignal>

#include <unistd.h>

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

using DISABLED_Planted = OnDevice;

TEST_F(DISABLED_Planted, APasses) {
  EXPECT_EQ(values(full({2}, 1.f, float32, tested_device()) + 1), (std::vector<double>{2, 2}));
}
TEST_F(DISABLED_Planted, BIsWrong) {
  EXPECT_EQ(values(full({2}, 1.f, float32, tested_device()) + 1), (std::vector<double>{2, 3}));
}
TEST_F(DISABLED_Planted, CCrashes) { std::raise(SIGSEGV); }
TEST_F(DISABLED_Planted, DHangs) {
  for (;;) ::pause();
}
TEST_F(DISABLED_Planted, EPassesAfterThem) { EXPECT_EQ(full({2}, 1.f, float32, tested_device()).numel(), 2); }

}  // namespace tenon::testing
