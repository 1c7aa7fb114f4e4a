#include "tenon/core/nearest.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

const std::vector<std::string> names = {"learning_rate", "lr",   "momentum",  "Conv2d",
                                        "Linear",        "ReLU", "optimizer", "in"};

TEST(Nearest, FindsMisspellings) {
  EXPECT_EQ(nearest("learning_rte", names), "learning_rate");
  EXPECT_EQ(nearest("optimzier", names), "optimizer");
  EXPECT_EQ(nearest("Conv2D", names), "Conv2d");
  EXPECT_EQ(nearest("relu", names), "ReLU");
  EXPECT_EQ(nearest("rl", names), "lr");
  EXPECT_EQ(nearest("momentum", names), "momentum");
}

TEST(Nearest, FindsNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("weight_decay", names), "");
  EXPECT_EQ(nearest("wd", names), "");
  EXPECT_EQ(nearest("x", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest("lr", {}), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 'l'), names), "");
}

TEST(Nearest, TakesTheNearestOfSeveral) {
  const std::vector<std::string> near = {"padding_mode", "padding", "paddings"};
  EXPECT_EQ(nearest("paddin", near), "padding");
}

TEST(Nearest, Suggestion) {
  EXPECT_EQ(suggestion("momentun", names), "; did you mean \"momentum\"?");
  EXPECT_EQ(suggestion("xyz", std::vector<std::string>{"relu", "gelu"}), "; known: relu, gelu");
  EXPECT_EQ(suggestion("xyz", {}), "");
}

}  // namespace
}  // namespace tenon
