// The device that the suite in tests/gpu is about: TENON_TEST_DEVICE, by default cuda:0. `fake` is the fake device.
#pragma once
#include <string>

#include <gtest/gtest.h>

#include "tenon/core/device.h"

namespace tenon::testing {

/// Throws DeviceError where there is none.
Device tested_device();
bool tests_fake_device();
/// Why there is no device to test; empty where there is one.
const std::string& why_not_tested();

/// Skips what it holds where there is no device.
class OnDevice : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!why_not_tested().empty()) GTEST_SKIP() << why_not_tested();
  }
};

}  // namespace tenon::testing
