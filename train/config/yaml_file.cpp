#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "tenon/core/check.h"
#include "tenon/train/config/detail/hostile.h"
#include "tenon/train/config/yaml.h"

namespace tenon::inline v0 {
namespace train {

ConfigValue read_yaml(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  TENON_CHECK(file, FileError, path, ": cannot open: ", std::strerror(errno));
  // One byte more than is allowed, so that a file without end is refused and not read.
  std::string text(detail::longest_yaml + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  TENON_CHECK(!std::ferror(file.get()), FileError, path, ": cannot read: ", std::strerror(errno));
  return parse_yaml(text, path);
}

}  // namespace train
}  // namespace tenon::inline v0
