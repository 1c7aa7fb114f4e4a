#include "tenon/tests/gpu/tested_device.h"

#include <cstdlib>

#include "tenon/core/error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

static std::string name_of_tested() {
  const char* name = std::getenv("TENON_TEST_DEVICE");
  return name ? name : "cuda:0";
}

bool tests_fake_device() { return name_of_tested() == "fake"; }

Device tested_device() { return tests_fake_device() ? fake() : device(name_of_tested()); }

const std::string& why_not_tested() {
  static const std::string why = [] {
    try {
      tested_device();
      return std::string();
    } catch (const DeviceError& error) {
      return std::string(error.what());
    }
  }();
  return why;
}

// Where a device was asked for by name, a run that skips everything proves nothing.
TEST(TestedDevice, IsThereWhenItWasAskedFor) {
  if (!std::getenv("TENON_TEST_DEVICE")) GTEST_SKIP() << "TENON_TEST_DEVICE is not set";
  EXPECT_EQ(why_not_tested(), "");
}

}  // namespace tenon::testing
