#include "tenon/data/rethrow.h"

namespace tenon::inline v0::data {

namespace {

template <class... Types>
[[noreturn]] void rethrow_as(const std::string& message, const Error& error) {
  ((dynamic_cast<const Types*>(&error) ? throw Types(message) : void()), ...);
  throw Error(message);
}

}  // namespace

void rethrow(const std::string& where, const Error& error) {
  rethrow_as<FileError, ShapeError, ValueError, DTypeError, DeviceError, IndexError, ReadOnlyError, OutOfMemoryError,
             GradError, ConfigError>(where + error.what(), error);
}

}  // namespace tenon::inline v0::data
