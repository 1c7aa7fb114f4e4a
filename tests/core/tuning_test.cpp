#include "tenon/core/tuning.h"

#include <gtest/gtest.h>

#include "tenon/core/backends.h"
#include "tenon/core/core.h"
#include "tenon/tests/support/host_backend.h"

namespace tenon::testing {
namespace {

uint32_t told = 0;

/// A device over host memory whose relu notes what it is told.
Device listening() {
  Backend backend = host_backend("listening");
  backend.activation.relu = [](const Loop&, const Launch& launch) -> Status {
    told = launch.flags;
    return {};
  };
  return register_backend(backend);
}

TEST(Tuning, KernelsAreTold) {
  const Array x = empty({2}, float32, listening());
  const auto flags = [&x] {
    relu(x);
    return told;
  };
  EXPECT_FALSE(tf32() || benchmark());
  EXPECT_EQ(flags(), 0u);
  set_tf32(true);
  EXPECT_TRUE(tf32());
  EXPECT_EQ(flags(), uint32_t{Launch::tf32});
  set_benchmark(true);
  EXPECT_TRUE(benchmark());
  EXPECT_EQ(flags(), Launch::tf32 | Launch::benchmark);
  set_tf32(false);
  EXPECT_EQ(flags(), uint32_t{Launch::benchmark});
  set_benchmark(false);
  EXPECT_EQ(flags(), 0u);
}

}  // namespace
}  // namespace tenon::testing
