#pragma once
#include <memory>

#include "tenon/core/device.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

class Event;

/// A queue of work on a device: what is put on it runs in order, later than the call that put it there. Every thread
/// has a current stream on every device, at first the device's default stream, which all threads share. Arrays may be
/// used on any stream; their memory lives until every stream that used it is through. What one stream writes and
/// another reads is ordered by an event: `reader.wait(Event(writer))`. On the CPU all work is done when the call
/// returns, and streams do nothing.
///
/// There is no current device, and no guard that sets one: what makes an array is told its device, and every other op
/// takes it from its arrays. A kernel of your own that you launch on `native()` wants CUDA's current device to be the
/// stream's, since the default stream's handle is null on all of them: `cudaSetDevice(device.index)`.
class Stream {
 public:
  /// A stream beside the default stream: neither waits for the other.
  explicit Stream(Device device);
  /// The device's default stream: CUDA's legacy stream, which a `<<<>>>` without a stream uses as well.
  static Stream default_of(Device device);
  /// A stream made by somebody else (a cudaStream_t), which must stay longer than the arrays that were used on it.
  static Stream wrap(Device device, void* native);

  Device device() const { return device_; }
  /// The device's own handle, for a user's own kernel: a cudaStream_t. Null: the default stream.
  void* native() const { return native_; }
  /// What is put on this stream from now on runs after the event. The caller does not wait.
  void wait(const Event& event) const;
  /// Waits until everything on it is done. Throws what went wrong there: IndexError for an index out of range, naming
  /// the op, DeviceLost, or another DeviceError.
  void synchronize() const;
  bool operator==(const Stream& o) const { return device_ == o.device_ && native_ == o.native_; }

 private:
  Stream(Device device, void* native, std::shared_ptr<void> owner)
      : device_(device), native_(native), owner_(static_cast<std::shared_ptr<void>&&>(owner)) {}

  Device device_;
  void* native_ = nullptr;
  std::shared_ptr<void> owner_;  ///< gives the stream back
};

/// A point in a stream's work: all that was on the stream when the event was made.
class Event {
 public:
  explicit Event(const Stream& stream);

  /// Whether the stream has passed it.
  bool done() const;
  /// Waits for it. Throws as Stream::synchronize does.
  void synchronize() const;

 private:
  friend Stream;
  Device device_;
  std::shared_ptr<void> native_;
};

/// The calling thread's stream on a device.
Stream current_stream(Device device);
/// Makes a stream the thread's current one on its device. It must stay so long.
void set_current_stream(const Stream& stream);
/// The same for the life of this object.
class StreamScope {
 public:
  explicit StreamScope(const Stream& stream) : stream_(stream), before_(current_stream(stream.device())) {
    set_current_stream(stream_);
  }
  ~StreamScope() { set_current_stream(before_); }
  StreamScope(const StreamScope&) = delete;
  StreamScope& operator=(const StreamScope&) = delete;

 private:
  Stream stream_, before_;
};

/// Waits until all streams of the device are done. Throws as Stream::synchronize does.
void synchronize(Device device);

}  // namespace v0
}  // namespace tenon
