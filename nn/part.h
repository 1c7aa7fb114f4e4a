#pragma once
#include <string>

#include "tenon/autograd/tensor.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

class Module;

/// Something that a Module may hold under a name: a Module, a Parameter, a Buffer. Lives by value as the module's
/// member. Moving a part re-points its parent's entry and destroying it removes the entry, so nothing dangles.
class Part {
 public:
  enum class Kind : uint8_t { module, parameter, buffer };

  /// The name under which the parent holds it; empty for a part without parent.
  const std::string& name() const { return name_; }
  Kind kind_of_part() const { return kind_; }

 protected:
  explicit Part(Kind kind) : kind_(kind) {}
  Part(Part&& o) noexcept;
  Part& operator=(Part&&) = delete;
  ~Part();

 private:
  friend class Module;
  Module* parent_ = nullptr;
  std::string name_;
  Kind kind_;
};

/// A tensor that a module learns: it asks for gradients. Assigning to one is an error at compile time: `tie` makes two
/// modules share one, `copy_` changes the values.
class Parameter : public Part, public Tensor {
 public:
  explicit Parameter(Tensor value);
  explicit Parameter(Array value) : Parameter(Tensor(static_cast<Array&&>(value))) {}
  Parameter(Parameter&&) = default;
  Parameter& operator=(const Parameter&) = delete;

 private:
  friend void tie(Parameter& follower, const Parameter& leader);
};
/// Makes `follower` the same tensor as `leader`, as tied weights are: one value, one gradient. Throws ShapeError.
void tie(Parameter& follower, const Parameter& leader);

/// A tensor that belongs to a module's state and is not learned: running statistics.
class Buffer : public Part, public Tensor {
 public:
  explicit Buffer(Tensor value) : Part(Kind::buffer), Tensor(static_cast<Tensor&&>(value)) {}
  explicit Buffer(Array value) : Buffer(Tensor(static_cast<Array&&>(value))) {}
  Buffer(Buffer&&) = default;
  Buffer& operator=(const Buffer&) = delete;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
