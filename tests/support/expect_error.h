#pragma once
#include <string>

#include <gtest/gtest.h>

#include "tenon/core/error.h"

namespace tenon::testing {

/// Fails unless `run` throws an E with this text.
template <class E, class Run>
void expect_error(const Run& run, const std::string& expected) {
  try {
    run();
    ADD_FAILURE() << "nothing was thrown; expected: " << expected;
  } catch (const E& e) {
    EXPECT_EQ(std::string(e.what()), expected);
  } catch (const std::exception& e) {
    ADD_FAILURE() << "another type was thrown: " << e.what();
  }
}

}  // namespace tenon::testing
