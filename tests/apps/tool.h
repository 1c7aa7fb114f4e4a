// Runs the tool, and says what it did.
#pragma once
#include <algorithm>
#include <csignal>
#include <iterator>
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

/// How the tool is run.
struct ToolOptions {
  std::string from = {};  ///< the directory; by default an empty one that goes with the run
  /// Changes to the environment: `NAME=value` sets, `NAME` alone takes away. Tests run side by side: by default no run
  /// may claim a processor for itself, and a thread that waits does not spin.
  std::vector<std::string> environment = {"OMP_PROC_BIND=false", "OMP_WAIT_POLICY=passive"};
};

/// A run of the tool in the background.
class Tool {
 public:
  explicit Tool(std::vector<std::string> arguments, const ToolOptions& options = {}) {
    arguments.insert(arguments.begin(), tenon_tool_path);
    std::vector<std::string> environment = changed_environment(options.environment);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, files_.file("out").c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, files_.file("error").c_str(), O_WRONLY | O_CREAT, 0600);
    const std::string& from = options.from.empty() ? here_.path() : options.from;
    posix_spawn_file_actions_addchdir_np(&actions, from.c_str());
    EXPECT_EQ(posix_spawn(&process_, tenon_tool_path, &actions, nullptr, pointers(arguments).data(),
                          pointers(environment).data()),
              0);
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
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  }
  static std::vector<std::string> changed_environment(const std::vector<std::string>& changes) {
    const auto name_of = [](const std::string& variable) { return variable.substr(0, variable.find('=')); };
    std::vector<std::string> all;
    for (char** variable = environ; *variable; ++variable) {
      const bool changed = std::any_of(changes.begin(), changes.end(),
                                       [&](const std::string& c) { return name_of(c) == name_of(*variable); });
      if (!changed) all.push_back(*variable);
    }
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(all),
                 [](const std::string& c) { return c.find('=') != c.npos; });
    return all;
  }

  TemporaryDirectory files_, here_;
  pid_t process_ = -1;
};

inline ToolResult run_tool(std::vector<std::string> arguments, const ToolOptions& options = {}) {
  return Tool(std::move(arguments), options).wait();
}

}  // namespace tenon::testing
