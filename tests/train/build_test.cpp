#include "tenon/train/build.h"

#include <limits>

#include <gtest/gtest.h>

namespace tenon::train {
namespace {

TrainConfig config_of(int64_t epochs, int64_t max_steps, Every every) {
  auto config = make_options<TrainConfig>();
  config.epochs = epochs;
  config.max_steps = max_steps;
  config.schedule_every = every;
  return config;
}

TEST(ScheduleSteps, EndWithTheRun) {
  EXPECT_EQ(schedule_steps(config_of(10, 0, Every::epoch), 6), 10);
  EXPECT_EQ(schedule_steps(config_of(10, 0, Every::batch), 6), 60);
  EXPECT_EQ(schedule_steps(config_of(10, 8, Every::batch), 6), 8);
  EXPECT_EQ(schedule_steps(config_of(10, 8, Every::epoch), 6), 2);
  EXPECT_EQ(schedule_steps(config_of(10, 12, Every::epoch), 6), 2);
  EXPECT_EQ(schedule_steps(config_of(10, 100, Every::batch), 6), 60);
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(schedule_steps(config_of(most, 0, Every::batch), 6), most);
}

}  // namespace
}  // namespace tenon::train
