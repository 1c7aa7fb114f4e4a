// Files that tests write.
#pragma once
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace tenon::testing {

/// A path for a file of the test that runs now.
inline std::string test_path(const std::string& name) {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  return ::testing::TempDir() + "tenon_data_" + test->test_suite_name() + "_" + test->name() + "_" + name;
}

inline std::string write_bytes(const std::string& name, const std::string& bytes) {
  std::ofstream(test_path(name), std::ios::binary) << bytes;
  return test_path(name);
}

}  // namespace tenon::testing
