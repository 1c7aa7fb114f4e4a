// Runs the tool, and says what it did.
#pragma once
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "tenon_test_paths.h"
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tenon/tests/support/temporary_directory.h"

namespace tenon::testing {

struct ToolResult {
  int exit_code = -1;
  std::string out, error;
};

/// A run of the tool in the background, by default from the root of the sources.
class Tool {
 public:
  explicit Tool(std::vector<std::string> arguments, const std::string& from = tenon_source_dir) {
    // Tests run side by side: no run may claim a processor for itself.
    setenv("OMP_PROC_BIND", "false", 1);
    arguments.insert(arguments.begin(), tenon_tool_path);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, files_.file("out").c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, files_.file("error").c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addchdir_np(&actions, from.c_str());
    EXPECT_EQ(posix_spawn(&process_, tenon_tool_path, &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
  }

  /// Waits, at most a minute, until standard output has this text.
  bool wait_for(const std::string& text) const {
    for (int i = 0; i < 6000; ++i) {
      if (content_of(files_.file("out")).find(text) != std::string::npos) return true;
      ::usleep(10'000);
    }
    return false;
  }
  void signal(int number) const { ::kill(process_, number); }
  ToolResult wait() const {
    int status = 0;
    EXPECT_EQ(::waitpid(process_, &status, 0), process_);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), content_of(files_.file("out")),
            content_of(files_.file("error"))};
  }

 private:
  TemporaryDirectory files_;
  pid_t process_ = -1;
};

inline ToolResult run_tool(std::vector<std::string> arguments, const std::string& from = tenon_source_dir) {
  return Tool(std::move(arguments), from).wait();
}

}  // namespace tenon::testing
