#pragma once
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

/// Modules of one type under the names 0, 1, 2, ...: `blocks.emplace(options)`, `for (Block& b : blocks)`.
template <class T>
class List : public Module {
 public:
  List() = default;

  template <class... Args>
  T& emplace(Args&&... args) {
    return push(T(std::forward<Args>(args)...));
  }
  T& push(T module) {
    items_.push_back(std::make_unique<T>(std::move(module)));
    put(std::to_string(items_.size() - 1), *items_.back());
    return *items_.back();
  }
  size_t size() const { return items_.size(); }
  /// Throws IndexError.
  T& operator[](size_t i) const {
    if (i < items_.size()) return *items_[i];
    throw IndexError("List: there is no module " + std::to_string(i) + " of " + std::to_string(items_.size()));
  }

  class Iterator {
   public:
    explicit Iterator(const std::unique_ptr<T>* at) : at_(at) {}
    T& operator*() const { return **at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const std::unique_ptr<T>* at_;
  };
  Iterator begin() const { return Iterator(items_.data()); }
  Iterator end() const { return Iterator(items_.data() + items_.size()); }
  std::string kind() const override { return "List"; }

 private:
  std::vector<std::unique_ptr<T>> items_;
};

/// Modules of one type under names of their own.
template <class T>
class Dict : public Module {
 public:
  Dict() = default;

  template <class... Args>
  T& emplace(std::string name, Args&&... args) {
    auto item = std::make_unique<T>(std::forward<Args>(args)...);
    put(std::move(name), *item);
    items_.push_back(std::move(item));
    return *items_.back();
  }
  size_t size() const { return items_.size(); }
  /// The module under a name, or null.
  T* find(const std::string& name) const {
    for (const auto& item : items_) {
      if (item->name() == name) return item.get();
    }
    return nullptr;
  }
  /// Throws ValueError where there is none.
  T& operator[](const std::string& name) const {
    if (T* found = find(name)) return *found;
    throw ValueError("Dict: there is no module " + name);
  }
  std::string kind() const override { return "Dict"; }

 private:
  std::vector<std::unique_ptr<T>> items_;
};

namespace detail {
/// Stands for a module that it holds, or for none. Everything but asking throws ValueError where there is none.
template <class T, class Base>
class HolderOf : public Base {
 public:
  T* operator->() const { return &**this; }
  T& operator*() const {
    if (held_) return *held_;
    const std::string name = this->name().empty() ? "Optional" : this->name();
    throw ValueError(name + ": there is no module; ask before with `if (" + name + ")`");
  }
  explicit operator bool() const { return held_ != nullptr; }
  std::string kind() const override { return held_ ? held_->kind() : "None"; }
  std::string description() const override { return held_ ? held_->description() : ""; }

 protected:
  HolderOf() = default;
  explicit HolderOf(std::shared_ptr<T> held) : held_(std::move(held)) {}
  Module* wrapped() const override { return held_.get(); }
  const std::shared_ptr<T>& held() const { return held_; }

 private:
  std::shared_ptr<T> held_;
};

/// A Layer for a Layer; for another module a module that is called as that is.
template <class T>
class Holder : public HolderOf<T, Callable<Holder<T>>> {
 public:
  template <class... Args>
  decltype(auto) forward(Args&&... args) {
    return (**this).forward(std::forward<Args>(args)...);
  }

 protected:
  using HolderOf<T, Callable<Holder<T>>>::HolderOf;
};
template <class T>
requires std::is_base_of_v<Layer, T>
class Holder<T> : public HolderOf<T, Layer> {
 public:
  Tensor forward(const Tensor& x) override { return (**this).forward(x); }

 protected:
  using HolderOf<T, Layer>::HolderOf;
};
}  // namespace detail

/// A module that may be absent: `if (downsample) y = downsample(x);`. Using it while it is throws ValueError.
template <class T>
class Optional : public detail::Holder<T> {
 public:
  Optional() = default;
  explicit Optional(T module) : detail::Holder<T>(std::make_shared<T>(std::move(module))) {}
};

/// One module under several names: each holder names it, all see the same parameters.
template <class T>
class Shared : public detail::Holder<T> {
 public:
  explicit Shared(T module) : detail::Holder<T>(std::make_shared<T>(std::move(module))) {}
  Shared(const Shared& o) : detail::Holder<T>(o.held()) {}
  Shared(Shared&&) = default;
};

/// Layers one after the other. A Conv2d or Linear and the activation behind it run as one operation, and a ReLU runs
/// behind the MaxPool2d that follows it; names, values and gradients are those of each by itself.
/// (`Sequential(Sequential(...))` is one Sequential and not two, as in all of C++: `push` puts one into another.)
class Sequential : public Layer {
 public:
  Sequential() = default;
  template <class... L>
  explicit Sequential(L... layers) {
    (push(std::move(layers)), ...);
  }
  /// Appends a layer under its number.
  template <class L>
  L& push(L layer) {
    auto owned = std::make_unique<L>(std::move(layer));
    L& added = *owned;
    push(std::unique_ptr<Layer>(std::move(owned)));
    return added;
  }
  /// Likewise. Throws ValueError for null.
  void push(std::unique_ptr<Layer> layer);

  Tensor forward(const Tensor& x) override;
  size_t size() const { return layers_.size(); }
  /// Throws IndexError.
  Layer& operator[](size_t i) const;

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
