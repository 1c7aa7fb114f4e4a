#pragma once
#include <exception>
#include <string>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// What every exception of Tenon derives from. Inside a module's forward the message begins with the module's path:
/// `Net.features.0: expected 1 input channel, got 3 (input [64, 3, 28, 28])`.
class Error : public std::exception {
 public:
  explicit Error(std::string message);
  const char* what() const noexcept override { return message_.c_str(); }
  /// Puts a word on where it happened in front: `catch (Error& error) { error.prepend("sample 3: "); throw; }` leaves
  /// it what it was.
  void prepend(const std::string& where) { message_.insert(0, where); }

 private:
  std::string message_;
};

/// Shapes, sizes or numbers of dimensions that do not fit.
struct ShapeError : Error {
  using Error::Error;
};
/// A dtype that an operation does not take.
struct DTypeError : Error {
  using Error::Error;
};
/// An array on the wrong device, or a device that is not there.
struct DeviceError : Error {
  using Error::Error;
};
/// The device met a fault, such as an illegal address: what was on it is gone, and this process cannot use it again.
/// Other devices and the CPU go on. The message begins with `DeviceLost: cuda:0:`.
struct DeviceLost : DeviceError {
  using DeviceError::DeviceError;
};
/// An index, axis or position out of range.
struct IndexError : Error {
  using Error::Error;
};
/// A value outside what an argument allows.
struct ValueError : Error {
  using Error::Error;
};
/// A file that cannot be read or written, or whose content is wrong.
struct FileError : Error {
  using Error::Error;
};
/// Memory that the device could not give.
struct OutOfMemoryError : Error {
  using Error::Error;
};
/// A write to memory that is read-only.
struct ReadOnlyError : Error {
  using Error::Error;
};
/// A gradient that cannot be computed: no graph, a second backward, a kept value overwritten.
struct GradError : Error {
  using Error::Error;
};
/// A setting in a config file or on the command line that is wrong.
struct ConfigError : Error {
  using Error::Error;
};

}  // namespace v0
}  // namespace tenon
