#include "tenon/train/signals.h"

#include <csignal>

#include <gtest/gtest.h>

namespace tenon::train {
namespace {

TEST(StopSignals, RemembersWhatCame) {
  for (int signal : {SIGINT, SIGTERM}) {
    const StopSignals stop;
    EXPECT_EQ(stop.requested(), 0);
    std::raise(signal);
    EXPECT_EQ(stop.requested(), signal);
  }
}

TEST(StopSignals, RestoresWhatWasSet) {
  const auto before = std::signal(SIGINT, SIG_IGN);
  { const StopSignals stop; }
  EXPECT_EQ(std::signal(SIGINT, before), SIG_IGN);
}

TEST(StopSignalsDeathTest, TheSecondEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const StopSignals stop;
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace tenon::train
