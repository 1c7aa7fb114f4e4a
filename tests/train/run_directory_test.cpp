#include "tenon/train/run_directory.h"

#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tenon/core/error.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/metrics_file.h"

namespace tenon::train {
namespace {

namespace fs = std::filesystem;

using tenon::testing::content_of;

class RunDirectoryTest : public ::testing::Test {
 protected:
  ~RunDirectoryTest() override { fs::permissions(root_, fs::perms::owner_all); }

  const tenon::testing::TemporaryDirectory directory_;
  const std::string root_ = directory_.path();
};

template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(RunDirectoryTest, CreateMakesParents) {
  const RunDirectory run = RunDirectory::create(root_ + "/a/b");
  EXPECT_TRUE(fs::is_directory(root_ + "/a/b"));
  EXPECT_EQ(run.file("metrics.csv"), root_ + "/a/b/metrics.csv");
  EXPECT_EQ(RunDirectory::create(root_ + "/a/b/").file("x"), root_ + "/a/b/x");
}

TEST_F(RunDirectoryTest, CreateLeavesEarlierFilesAlone) {
  std::ofstream(root_ + "/old") << "kept";
  EXPECT_EQ(error_of([&] { RunDirectory::create(root_); }), root_ + ": not empty; a run needs a directory of its own");
  EXPECT_EQ(error_of([&] { RunDirectory::create(root_ + "/old"); }),
            root_ + "/old: cannot create: there is a file of this name");
  EXPECT_EQ(content_of(root_ + "/old"), "kept");
}

TEST_F(RunDirectoryTest, CreateSaysWhyItCannot) {
  std::ofstream(root_ + "/file") << "x";
  EXPECT_EQ(error_of([&] { RunDirectory::create(root_ + "/file/run"); }),
            root_ + "/file: cannot create: Not a directory");
  EXPECT_EQ(error_of([&] { RunDirectory::create_next(root_ + "/file", "run"); }),
            root_ + "/file: cannot create: Not a directory");
  EXPECT_EQ(error_of([&] { RunDirectory::create(""); }), "the path of the run directory is empty");
}

/// Calls f in a thread that may no more than its user, who may be root: what lets root write everywhere is given up,
/// for that thread alone.
template <class F>
void without_capabilities(const F& f) {
  std::thread([&] {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct none[2] = {};
    EXPECT_EQ(::syscall(SYS_capset, &header, none), 0);
    f();
  }).join();
}

TEST_F(RunDirectoryTest, CreateRefusesWhatCannotBeWritten) {
  fs::permissions(root_, fs::perms::owner_read | fs::perms::owner_exec);
  without_capabilities([&] {
    EXPECT_EQ(error_of([&] { RunDirectory::create(root_); }), root_ + ": cannot write: Permission denied");
    EXPECT_EQ(error_of([&] { RunDirectory::create(root_ + "/run"); }),
              root_ + "/run: cannot create: Permission denied");
    EXPECT_EQ(error_of([&] { RunDirectory::create_next(root_, "a"); }),
              root_ + "/a-001: cannot create: Permission denied");
  });
}

TEST_F(RunDirectoryTest, CreateNextCounts) {
  EXPECT_EQ(RunDirectory::create_next(root_ + "/runs", "mnist").path(), root_ + "/runs/mnist-001");
  EXPECT_EQ(RunDirectory::create_next(root_ + "/runs", "mnist").path(), root_ + "/runs/mnist-002");
  EXPECT_EQ(RunDirectory::create_next(root_ + "/runs", "other").path(), root_ + "/runs/other-001");
}

TEST_F(RunDirectoryTest, Open) {
  EXPECT_EQ(error_of([&] { RunDirectory::open(root_ + "/no"); }), root_ + "/no: no such run");
  EXPECT_EQ(error_of([&] { RunDirectory::open(root_); }), root_ + ": not a run: it holds no config.yaml");
  std::ofstream(root_ + "/config.yaml") << "a: 1\n";
  EXPECT_EQ(RunDirectory::open(root_).path(), root_);
  EXPECT_EQ(error_of([&] { RunDirectory::open(root_ + "/config.yaml"); }),
            root_ + "/config.yaml: not a run: expected the directory of one");
}

TEST_F(RunDirectoryTest, MetricsFile) {
  const std::string path = root_ + "/metrics.csv";
  constexpr double infinity = std::numeric_limits<double>::infinity();
  MetricsFile first(path, {"epoch", "loss, \"train\"", "x"});
  MetricsFile metrics = std::move(first);
  metrics.add(std::vector<double>{1, 0.1, -infinity});
  EXPECT_EQ(content_of(path), "epoch,\"loss, \"\"train\"\"\",x\n1,0.1,-inf\n");
  metrics.add(std::vector<double>{2, 1.0 / 3, std::numeric_limits<double>::quiet_NaN()});
  EXPECT_EQ(content_of(path), "epoch,\"loss, \"\"train\"\"\",x\n1,0.1,-inf\n2,0.3333333333333333,nan\n");
  EXPECT_EQ(error_of([&] { metrics.add(std::vector<double>{3}); }), path + ": 1 values for 3 columns");
  EXPECT_EQ(error_of([&] { MetricsFile(path, {"epoch"}); }), path + ": cannot create: File exists");
  EXPECT_EQ(error_of([&] { MetricsFile(root_ + "/no/metrics.csv", {"epoch"}); }),
            root_ + "/no/metrics.csv: cannot create: No such file or directory");
}

}  // namespace
}  // namespace tenon::train
