#include "tenon/data/path.h"

#include <filesystem>
#include <vector>

#include "tenon/core/config_read.h"
#include "tenon/core/text.h"

namespace tenon::inline v0::data {

namespace {

namespace fs = std::filesystem;

/// Where a relative path may begin, the better place first.
std::vector<fs::path> folders(const ConfigPlace& place) {
  std::error_code error;
  std::vector<fs::path> all = {fs::current_path(error)};
  // Without a line it is no file.
  if (place.source && place.line > 0) all.insert(all.begin(), fs::absolute(*place.source, error).parent_path());
  if (all.size() == 2 && fs::equivalent(all[0], all[1], error)) all.pop_back();
  return all;
}

}  // namespace

void read_config(const ConfigReader& from, Path& to) {
  const fs::path path = from.text();
  if (path.empty()) from.fail("the path is empty");
  to = path.string();
  if (path.is_absolute()) return;
  std::error_code error;
  std::string looked;
  for (const fs::path& folder : folders(from.value().place)) {
    const fs::path candidate = folder / path;
    to = candidate.string();
    if (fs::exists(candidate, error)) return;
    looked += (looked.empty() ? "in " : " or in ") + folder.string();
  }
  from.fail(text("there is no ", path.string(), " ", looked));
}

}  // namespace tenon::inline v0::data
