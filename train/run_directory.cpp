#include "tenon/train/run_directory.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tenon/core/check.h"

namespace tenon::inline v0 {
namespace train {
namespace {

namespace fs = std::filesystem;

void make_parents(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  TENON_CHECK(!error, FileError, path, ": cannot create: ", error.message());
}

/// False if something of this name is there already.
bool make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0) return true;
  TENON_CHECK(errno == EEXIST, FileError, path, ": cannot create: ", std::strerror(errno));
  return false;
}

}  // namespace

RunDirectory::RunDirectory(std::string path) : path_(std::move(path)) {}

RunDirectory RunDirectory::create(const std::string& path) {
  TENON_CHECK(!path.empty(), FileError, "the path of the run directory is empty");
  if (const std::string parent = fs::path(path).parent_path().string(); !parent.empty()) make_parents(parent);
  if (!make_directory(path)) {
    std::error_code error;
    TENON_CHECK(fs::is_directory(path, error), FileError, path, ": cannot create: there is a file of this name");
    const bool empty = fs::is_empty(path, error);
    TENON_CHECK(!error, FileError, path, ": cannot read: ", error.message());
    TENON_CHECK(empty, FileError, path, ": not empty; a run needs a directory of its own");
  }
  // Better now than after the first epoch.
  TENON_CHECK(::access(path.c_str(), W_OK | X_OK) == 0, FileError, path, ": cannot write: ", std::strerror(errno));
  return RunDirectory(path);
}

RunDirectory RunDirectory::create_next(const std::string& parent, const std::string& name) {
  make_parents(parent);
  for (int number = 1;; ++number) {
    // Making it is the test whether it is there: two runs that start at once get two directories.
    std::string path = fmt::format("{}/{}-{:03}", parent, name, number);
    if (make_directory(path)) return RunDirectory(std::move(path));
  }
}

RunDirectory RunDirectory::open(const std::string& path) {
  std::error_code error;
  TENON_CHECK(fs::exists(path, error), FileError, path, ": no such run");
  TENON_CHECK(fs::is_directory(path, error), FileError, path, ": not a run: expected the directory of one");
  RunDirectory run(path);
  TENON_CHECK(fs::exists(run.file("config.yaml"), error), FileError, path, ": not a run: it holds no config.yaml");
  return run;
}

std::string RunDirectory::file(std::string_view name) const {
  return path_.back() == '/' ? text(path_, name) : text(path_, "/", name);
}

}  // namespace train
}  // namespace tenon::inline v0
