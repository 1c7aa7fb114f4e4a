// Makes kernels of a fake device from those of the CPU: the arguments are copied, and the call waits in its queue.
#pragma once
#include <cstring>
#include <span>
#include <tuple>
#include <vector>

#include "tenon/core/kernels/operands.h"
#include "tenon/tests/support/fake_queue.h"
#include "tenon/tests/support/members.h"

namespace tenon::testing {

/// An argument that outlives the call. `get` is what the late call is given.
template <class T>
class Kept {
 public:
  explicit Kept(const T& value) : value_(value) {}
  const T& get() { return value_; }

 private:
  T value_;
};

/// Shape and strides of a View lie in an Array that may be gone by then.
template <>
class Kept<View> {
 public:
  explicit Kept(const View& view) : view_(view) {
    for (int i = 0; i < view.ndim; ++i) shape_[i] = view.shape[i], strides_[i] = view.strides[i];
  }
  View get() const {
    View view = view_;
    view.shape = shape_;
    view.strides = strides_;
    return view;
  }

 private:
  View view_;
  int64_t shape_[Loop::max_axes] = {}, strides_[Loop::max_axes] = {};
};

template <>
class Kept<std::span<const View>> {
 public:
  explicit Kept(const std::span<const View>& views) : kept_(views.begin(), views.end()) {}
  std::span<const View> get() {
    views_.clear();
    for (const Kept<View>& view : kept_) views_.push_back(view.get());
    return views_;
  }

 private:
  std::vector<Kept<View>> kept_;
  std::vector<View> views_;
};

template <>
class Kept<UpdateList> {
 public:
  explicit Kept(const UpdateList& list)
      : list_(list), views_(std::span(list.arrays, static_cast<size_t>(list.count * list.operands))) {}
  UpdateList get() { return {views_.get().data(), list_.count, list_.operands}; }

 private:
  UpdateList list_;
  Kept<std::span<const View>> views_;
};

template <>
class Kept<UpdateControl> {
 public:
  explicit Kept(const UpdateControl& c)
      : inverse_scale_(c.inverse_scale), found_bad_(c.found_bad), skipped_(c.skipped) {}
  UpdateControl get() const { return {inverse_scale_.get(), found_bad_.get(), skipped_.get()}; }

 private:
  Kept<View> inverse_scale_, found_bad_, skipped_;
};

/// Workspaces of late calls come from the host: the device's allocator hands out memory in the order of the calls.
extern const Services fake_services;

template <>
class Kept<Launch> {
 public:
  explicit Kept(const Launch& launch) : launch_(launch) { launch_.services = &fake_services; }
  const Launch& get() { return launch_; }

 private:
  Launch launch_;
};

template <class... Args, size_t... I>
Status run_late(Status (*kernel)(Args...), std::tuple<Kept<std::remove_cvref_t<Args>>...>& kept,
                std::index_sequence<I...>) {
  return kernel(std::get<I>(kept).get()...);
}

template <class... Args>
void check_live(const FakeArena& arena, const char* op, const Args&... args) {
  const auto check = [&](const void* memory) {
    if (!arena.is_live(memory)) fake_failure(std::string(op) + ": an operand is not live memory of the device");
  };
  (for_each_operand(args, check), ...);
}

template <class... Args>
Status enqueue(Status (*kernel)(Args...), const std::remove_cvref_t<Args>&... args) {
  FakeQueues& queues = FakeQueues::get();
  std::lock_guard lock(queues.mutex);
  const Launch launch = std::get<sizeof...(Args) - 1>(std::tie(args...));
  if (queues.is_lost(launch.device)) return fake_fault;
  auto kept =
      std::make_shared<std::tuple<Kept<std::remove_cvref_t<Args>>...>>(Kept<std::remove_cvref_t<Args>>(args)...);
  const auto work = [=, &queues] {
    const FakeArena& arena = queues.arenas[launch.device];
    std::apply([&](auto&... k) { check_live(arena, launch.op, k.get()...); }, *kept);
    arena.open();
    queues.report(launch.device, run_late(kernel, *kept, std::index_sequence_for<Args...>()));
    arena.close();
  };
  queues.push(launch.device, launch.stream, queues.may_fault(launch.device, work));
  return {};
}

/// The CPU's table.
extern Backend fake_kernels;

/// The kernel of the slot that lies at an offset in the table.
template <size_t Offset, class... Args>
Status late_kernel(Args... args) {
  const auto& slot = *reinterpret_cast<const Slot<Status(Args...)>*>(reinterpret_cast<char*>(&fake_kernels) + Offset);
  return enqueue<Args...>(slot.function(), args...);
}

template <size_t Offset, class... Args>
void fill_late(Slot<Status(Args...)>& slot) {
  if (slot.function()) slot = late_kernel<Offset, Args...>;
}

/// Replaces every kernel of a copy of the CPU's table.
inline void fill_late(Backend& backend) {
  for_each_member<Backend>([&]<class Family, size_t At>() {
    if constexpr (std::is_class_v<Family> && !std::is_same_v<Family, DeviceFunctions>) {
      for_each_member<Family>([&]<class Member, size_t Offset>() {
        fill_late<At + Offset>(*reinterpret_cast<Member*>(reinterpret_cast<char*>(&backend) + At + Offset));
      });
    }
  });
}

}  // namespace tenon::testing
