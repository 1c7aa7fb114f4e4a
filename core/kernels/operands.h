// The memory that a kernel's arguments speak of. A struct that holds Views and is an argument itself gets a line here.
#pragma once
#include <span>

#include "tenon/core/kernels/loop.h"
#include "tenon/core/kernels/update.h"
#include "tenon/core/kernels/view.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Calls f with the address of every operand. Numbers and options have none.
template <class T, class F>
void for_each_operand(const T&, const F&) {}
template <class F>
void for_each_operand(const View& view, const F& f) {
  if (view.data) f(view.data);
}
template <class F>
void for_each_operand(const Loop& loop, const F& f) {
  for (int o = 0; o < loop.operands; ++o) {
    if (loop.data[o]) f(loop.data[o]);
  }
}
template <class F>
void for_each_operand(const std::span<const View>& views, const F& f) {
  for (const View& view : views) for_each_operand(view, f);
}
template <class F>
void for_each_operand(const UpdateList& list, const F& f) {
  for_each_operand(std::span(list.arrays, static_cast<size_t>(list.count * list.operands)), f);
}
template <class F>
void for_each_operand(const UpdateControl& control, const F& f) {
  for (const View* view : {&control.inverse_scale, &control.found_bad, &control.skipped}) for_each_operand(*view, f);
}

}  // namespace v0
}  // namespace tenon
