// How a backend's library is found and what is said where it is not.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <tenon_test_paths.h>

#include "tenon/core/backends.h"
#include "tenon/core/device.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/temporary_directory.h"

namespace tenon {
namespace {

using testing::expect_error;
using testing::TemporaryDirectory;

std::string what_of(const char* device_name) {
  try {
    device(device_name);
  } catch (const DeviceError& error) {
    return error.what();
  }
  return "";
}

/// TENON_BACKEND_PATH for the life of this object.
struct SearchPath {
  explicit SearchPath(const std::string& path) { ::setenv("TENON_BACKEND_PATH", path.c_str(), 1); }
  ~SearchPath() { ::unsetenv("TENON_BACKEND_PATH"); }
};

TEST(Loading, SaysWhereItLooked) {
  const SearchPath path("/somewhere/first::/second/");
  const std::string text = what_of("nobody"), begin = "no backend nobody: there is no libtenon_nobody.so in ";
  ASSERT_EQ(text.substr(0, begin.size()), begin);
  const std::string folders = text.substr(begin.size()), build = tenon_build_dir;
  EXPECT_EQ(folders.find("/somewhere/first, /second, " + build + "/tests, " + build + "/tests/tenon, " + build +
                         "/lib/tenon, "),
            0u)
      << folders;
  // Why CUDA was not built is said of cuda alone.
  EXPECT_TRUE(folders.ends_with("; TENON_BACKEND_PATH names further folders")) << folders;
  EXPECT_EQ(device_count("nobody"), 0);
}

TEST(Loading, TakesTheFirstThatIsThere) {
  const TemporaryDirectory empty, broken;
  const std::string library = broken.write("libtenon_broken.so", "no library");
  const SearchPath path(empty.path() + ":" + broken.path());
  expect_error<DeviceError>([] { device("broken:0"); }, "cannot load backend " + library + ": file too short");
}

TEST(Loading, RefusesOtherHeaders) {
  const SearchPath path(std::string(tenon_build_dir) + "/tests");
  const std::string begin =
      "cannot load backend " + std::string(tenon_build_dir) +
      "/tests/libtenon_stranger.so: it was built against the headers of 0.0.1 (stranger), this is ";
  EXPECT_EQ(what_of("stranger").substr(0, begin.size()), begin);
  EXPECT_GT(what_of("stranger").size(), begin.size() + 10);
}

TEST(Loading, NamesHoldNoPaths) {
  for (const char* name : {"", ":0", "../cuda", "a/b", "cu da", "cuda.so"}) {
    expect_error<DeviceError>([&] { device(name); },
                              "device: \"" + std::string(name) + "\" is not a device; write cpu, cuda or cuda:1");
    EXPECT_EQ(device_count(name), 0);
  }
}

}  // namespace
}  // namespace tenon
