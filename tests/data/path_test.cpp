#include "tenon/data/path.h"

#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

#include "tenon/core/config_read.h"
#include "tenon/core/config_write.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/temporary_directory.h"

namespace tenon::testing {
namespace {

/// A folder of configs, and another that is the current one.
class PathTest : public ::testing::Test {
 protected:
  PathTest() : before_(std::filesystem::current_path()) { std::filesystem::current_path(here_.path()); }
  ~PathTest() override { std::filesystem::current_path(before_); }

  /// What stands in a file of the folder.
  std::string read(const std::string& path) const { return read_at(path, {source(configs_.file("a.yaml")), 3, 7}); }
  static std::string read_at(const std::string& path, const ConfigPlace& place) {
    ConfigValue value = ConfigValue::make_string(path);
    value.place = place;
    return from_config<data::Path>(ConfigReader(value, "data.path"));
  }
  static std::shared_ptr<const std::string> source(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  }

  TemporaryDirectory configs_, here_;

 private:
  std::filesystem::path before_;
};

TEST_F(PathTest, BesideTheConfigThenInTheCurrentDirectory) {
  here_.write("x.csv", "");
  EXPECT_EQ(read("x.csv"), here_.file("x.csv"));
  configs_.write("x.csv", "");
  EXPECT_EQ(read("x.csv"), configs_.file("x.csv"));
  std::filesystem::create_directories(configs_.file("a"));
  EXPECT_EQ(read("a/../x.csv"), configs_.file("a/../x.csv")) << "a may be a link: nothing is taken out";
}

TEST_F(PathTest, TheConfigMayBeRelativeItself) {
  std::filesystem::create_directories("configs");
  here_.write("configs/x.csv", "");
  EXPECT_EQ(read_at("x.csv", {source("configs/a.yaml"), 1, 1}), here_.file("configs/x.csv"));
}

TEST_F(PathTest, WhatIsNoFileKnowsTheCurrentDirectoryOnly) {
  here_.write("x.csv", "");
  configs_.write("y.csv", "");
  EXPECT_EQ(read_at("x.csv", {}), here_.file("x.csv"));
  const ConfigPlace set{source("--set data.path=y.csv"), 0, 0};
  EXPECT_EQ(read_at("x.csv", set), here_.file("x.csv"));
  expect_error<ConfigError>([&] { read_at("y.csv", set); },
                            "--set data.path=y.csv: data.path: there is no y.csv in " + here_.path());
}

TEST_F(PathTest, SaysWhereItLooked) {
  expect_error<ConfigError>([&] { read("no/x.csv"); }, configs_.file("a.yaml") +
                                                           ":3:7: data.path: there is no no/x.csv in " +
                                                           configs_.path() + " or in " + here_.path());
  expect_error<ConfigError>(
      [&] {
        read_at("x.csv", {source("a.yaml"), 3, 7});
      },
      "a.yaml:3:7: data.path: there is no x.csv in " + here_.path());
  expect_error<ConfigError>([&] { read(""); }, configs_.file("a.yaml") + ":3:7: data.path: the path is empty");
}

TEST_F(PathTest, AnAbsoluteOneStaysAsItIs) {
  EXPECT_EQ(read("/nonexistent/x.csv"), "/nonexistent/x.csv");
  EXPECT_EQ(to_config(data::Path("/a")).text, "/a");
}

}  // namespace
}  // namespace tenon::testing
