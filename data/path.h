#pragma once
#include <string>
#include <utility>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

class ConfigReader;

namespace data {

/// The path of a file or folder: a text that a config may give relative. One that stands in a file is looked for in
/// that file's folder, then in the current directory; one that `--set` or a program gives, in the current directory
/// alone. What was found is absolute, and so is what a run writes into its directory: it is found again from
/// everywhere.
struct Path : std::string {
  using std::string::string;
  Path(std::string path) : std::string(std::move(path)) {}
};
/// Throws ConfigError, saying where it looked, if a relative path leads nowhere. An absolute one is not looked for: a
/// trained model may be used where its data are not.
void read_config(const ConfigReader& from, Path& to);

}  // namespace data
}  // namespace v0
}  // namespace tenon
