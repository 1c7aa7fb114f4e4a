#include "tenon/core/frame.h"

#include <utility>

#include "tenon/core/error.h"

namespace tenon::inline v0 {

namespace {
[[gnu::tls_model("initial-exec")]] constinit thread_local const Frame* innermost = nullptr;
}

Frame::Frame(const void* owner, Name name) noexcept : owner_(owner), name_(name), parent_(innermost) {
  innermost = this;
}
Frame::~Frame() { innermost = parent_; }

std::string Frame::path() {
  std::string path;
  for (const Frame* f = innermost; f; f = f->parent_) {
    std::string name = f->name_(f->owner_, f->parent_ ? f->parent_->owner_ : nullptr);
    path = path.empty() ? name : name + "." + path;
  }
  return path;
}

Error::Error(std::string message) : message_(std::move(message)) {
  if (innermost) message_ = Frame::path() + ": " + message_;
}

}  // namespace tenon::inline v0
