#pragma once

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Whether the thread records what it computes.
bool grad_enabled();

/// While it lives, the thread records nothing, and tensors that ask for gradients may be written in place.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};

/// While it lives, the thread records, inside a NoGrad too.
class EnableGrad {
 public:
  EnableGrad();
  ~EnableGrad();
  EnableGrad(const EnableGrad&) = delete;
  EnableGrad& operator=(const EnableGrad&) = delete;

 private:
  bool before_;
};

}  // namespace v0
}  // namespace tenon
