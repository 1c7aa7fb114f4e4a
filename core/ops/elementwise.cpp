#include "tenon/core/ops/elementwise.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

void detail::throw_beyond_int64(uint64_t value) { throw ValueError(text("the number ", value, " is beyond int64")); }

}  // namespace tenon::inline v0

namespace tenon::inline v0::detail {

namespace {

template <class T>
void put(unsigned char (&to)[8], T value) {
  std::memcpy(to, &value, sizeof value);
}

/// A 0-d CPU array beside arrays of another device is read here and travels as a number.
bool is_host_number(const Array& x, Device device) { return x.ndim() == 0 && x.device() != device; }

// What most calls take is inlined as far as it goes: an op of a few elements is as quick as the way to its kernel.

/// Whether all have the device and shape of `first`: nothing to move, nothing to broadcast.
[[gnu::always_inline]] inline bool alike(const Array& first, std::initializer_list<const Array*> inputs) {
  for (const Array* x : inputs) {
    if (!x->defined()) return false;
    if (x != &first && (x->device() != first.device() || !same_shape(x->raw(), first.raw()))) return false;
  }
  return true;
}

/// Where the memory of a view that is not empty ends, in elements from its first.
int64_t reach(const View& v) {
  int64_t last = 0;
  for (int i = 0; i < v.ndim; ++i) last += (v.shape[i] - 1) * v.strides[i];
  return last + 1;
}

/// Whether a write into `out` changes elements of x that are still to be read: they share memory, and not element by
/// element.
bool overlaps(const Array& out, const Array& x) {
  if (x.storage() != out.storage()) [[likely]]
    return false;
  const View o = out.raw(), v = x.raw();
  bool same = o.data == v.data && o.ndim == v.ndim;
  for (int i = 0; same && i < o.ndim; ++i) {
    same = o.shape[i] == v.shape[i] && (o.strides[i] == v.strides[i] || o.shape[i] == 1);
  }
  if (same || o.numel() == 0 || v.numel() == 0) return false;
  const auto end_of = [](const View& a) { return a.as<char>() + reach(a) * static_cast<int64_t>(size_of(a.dtype)); };
  return o.data < end_of(v) && v.data < end_of(o);
}

/// Whether that is so of any input. The target itself is none of them.
bool overlaps(const Array& out, std::initializer_list<const Array*> inputs) {
  bool any = false;
  for (const Array* x : inputs) any |= x != &out && overlaps(out, *x);
  return any;
}

/// The n-th word of a list.
std::string_view word_of(std::string_view words, size_t n) {
  for (; n > 0; --n) words.remove_prefix(std::min(words.size(), words.find(' ') + 1));
  return words.substr(0, words.find(' '));
}

/// Runs a kernel over operands that are alike.
[[gnu::always_inline]] inline void run_alike(const ElementwiseSlot& slot, const Array& out,
                                             std::initializer_list<const Array*> inputs) {
  const DType computed = (*inputs.begin())->dtype();
  Loop loop;
  if (make_loop_alike(loop, out, inputs, computed)) run(slot, out.device(), computed, loop);
}
[[gnu::always_inline]] inline Array elementwise_alike(const ElementwiseSlot& slot,
                                                      std::initializer_list<const Array*> inputs, DType result) {
  Array out = empty_like(**inputs.begin(), result);
  run_alike(slot, out, inputs);
  return out;
}

Array with_scalar(const ElementwiseSlot& slot, const Array& x, const Scalar& number, DType computed, DType result,
                  bool number_first) {
  Array holder;
  const Array& input = as_dtype(x, computed, holder);
  Array out = empty_like(input, result);
  Loop loop;
  put_scalar(slot.name(), number, computed, loop.immediate);
  const Array *a = number_first ? nullptr : &input, *b = number_first ? &input : nullptr;
  if (make_loop_alike(loop, out, {a, b}, computed)) run(slot, x.device(), computed, loop);
  return out;
}

}  // namespace

int beyond(const Scalar& value, DType dtype) {
  if (!is_integral(dtype) || dtype == int64 || !is_integral(value.dtype())) return 0;
  const int64_t v = value.to<int64_t>();
  const int64_t least = dtype == uint8 ? 0 : dtype == int8 ? INT8_MIN : INT32_MIN;
  const int64_t most = dtype == uint8 ? UINT8_MAX : dtype == int8 ? INT8_MAX : INT32_MAX;
  return v < least ? -1 : v > most;
}

void put_scalar(const char* op, const Scalar& value, DType dtype, unsigned char (&to)[8]) {
  TENON_CHECK(!beyond(value, dtype), ValueError, op, ": ", value.to<int64_t>(), " does not fit ", name_of(dtype));
  switch (dtype) {
    case bool_:
      return put(to, value.to<bool>());
    case uint8:
      return put(to, value.to<uint8_t>());
    case int8:
      return put(to, value.to<int8_t>());
    case int32:
      return put(to, value.to<int32_t>());
    case int64:
      return put(to, value.to<int64_t>());
    case float16:
      return put(to, Float16(value.to<float>()));
    case bfloat16:
      return put(to, BFloat16(value.to<float>()));
    case float32:
      return put(to, value.to<float>());
    case float64:
      return put(to, value.to<double>());
  }
}

void throw_devices_differ(const char* op, std::string_view a, Device of_a, std::string_view b, Device of_b) {
  throw DeviceError(text(op, ": ", a, " is on ", of_a, ", ", b, " is on ", of_b));
}

void check_same_device(const char* op, const Array& x, std::initializer_list<const Array*> others, const char* names) {
  size_t n = 0;
  for (const Array* a : others) {
    ++n;
    if (a->defined() && a->device() != x.device()) [[unlikely]]
      throw_devices_differ(op, word_of(names, 0), x.device(), word_of(names, n), a->device());
  }
}

Device common_device(const char* op, std::initializer_list<const Array*> inputs, const char* names) {
  Device device = (*inputs.begin())->device();
  bool mixed = false;
  for (const Array* x : inputs) {
    TENON_CHECK(x->defined(), ValueError, op, ": an input is not defined");
    mixed |= x->device() != device;
  }
  if (!mixed) [[likely]]
    return device;
  // The first that is not a number on the CPU decides.
  size_t deciding = inputs.size(), n = 0;
  for (const Array* x : inputs) {
    const size_t at = n++;
    if (x->ndim() == 0 && x->device().is_cpu()) continue;
    if (deciding == inputs.size()) {
      deciding = at;
      device = x->device();
    } else if (x->device() != device) {
      throw_devices_differ(op, word_of(names, deciding), device, word_of(names, at), x->device());
    }
  }
  return device;
}

[[gnu::noinline]] static Array elementwise_broadcast(const ElementwiseSlot& slot,
                                                     std::initializer_list<const Array*> inputs, DType result,
                                                     const char* names) {
  const Device device = common_device(slot.name(), inputs, names);
  Array moved[Loop::max_operands];
  const Array* arrays[Loop::max_operands];
  View views[Loop::max_operands];
  Shape shape = (*inputs.begin())->shape();
  size_t n = 0;
  for (const Array* x : inputs) {
    if (x->device() != device) x = &(moved[n] = x->to(device));
    arrays[n] = x;
    views[++n] = x->raw();
    if (n > 1) shape = broadcast_shapes(shape, x->shape(), slot.name());
  }
  Array out = result_like({arrays, n}, shape, result, device);
  views[0] = out.raw();
  Loop loop;
  if (make_loop(loop, {views, n + 1}, shape.begin(), shape.ndim())) run(slot, device, arrays[0]->dtype(), loop);
  return out;
}

Array elementwise(const ElementwiseSlot& slot, std::initializer_list<const Array*> inputs, DType result,
                  const char* names) {
  if (alike(**inputs.begin(), inputs)) [[likely]]
    return elementwise_alike(slot, inputs, result);
  return elementwise_broadcast(slot, inputs, result, names);
}

/// Each element of the target is written once.
static void check_target(const Array& out, const char* op) {
  const View target = out.raw();
  for (int i = 0; i < target.ndim; ++i) {
    TENON_CHECK(target.strides[i] != 0 || target.shape[i] <= 1 || out.numel() == 0, ValueError, op,
                ": the target's elements share memory (it was expanded); clone() it first");
  }
}

void elementwise_into(const ElementwiseSlot& slot, const Array& out, const Scalar& number, const char* op) {
  check_target(out, op);
  Loop loop;
  put_scalar(op, number, out.dtype(), loop.immediate);
  out.mark_write(op);
  if (make_loop_alike(loop, out, {&out, nullptr}, out.dtype())) run(slot, out.device(), out.dtype(), loop);
}

void elementwise_into(const ElementwiseSlot& slot, const Array& out, std::initializer_list<const Array*> inputs,
                      const char* op) {
  TENON_CHECK(out.defined(), ValueError, op, ": the target is not defined");
  if (out.raw().layout & dense && alike(out, inputs) && !overlaps(out, inputs)) [[likely]] {
    out.mark_write(op);
    return run_alike(slot, out, inputs);
  }
  Array moved[Loop::max_operands];
  View views[Loop::max_operands];
  views[0] = out.raw();
  size_t n = 0;
  for (const Array* x : inputs) {
    TENON_CHECK(x->defined(), ValueError, op, ": an input is not defined");
    if (x->device() != out.device()) {
      if (x->ndim() != 0 || !x->device().is_cpu()) {
        throw_devices_differ(op, n ? "a" : "the target", out.device(), n ? "b" : "the input", x->device());
      }
      x = &(moved[n] = x->to(out.device()));
    } else if (x != &out && overlaps(out, *x)) {
      x = &(moved[n] = clone(*x));
    }
    TENON_CHECK(broadcast_shapes(out.shape(), x->shape(), op) == out.shape(), ShapeError, op, ": cannot write ",
                x->shape(), " into ", out.shape());
    views[++n] = x->raw();
  }
  check_target(out, op);
  out.mark_write(op);
  Loop loop;
  if (make_loop(loop, {views, n + 1}, views[0].shape, views[0].ndim)) run(slot, out.device(), views[1].dtype, loop);
}

Array unary(const ElementwiseSlot& slot, const Array& x) { return unary(slot, x, x.dtype()); }

Array unary(const ElementwiseSlot& slot, const Array& x, DType result) {
  TENON_CHECK(x.defined(), ValueError, slot.name(), ": the input is not defined");
  return elementwise_alike(slot, {&x}, result);
}

Array unary_on_floats(const ElementwiseSlot& slot, const Array& x) {
  return is_floating(x.dtype()) ? unary(slot, x) : unary(slot, cast(x, float32));
}

Array binary(const ElementwiseSlot& slot, const Array& a, const Array& b) {
  const DType type = result_type(a, b);
  return binary_as(slot, a, b, type, type);
}
Array binary(const ElementwiseSlot& slot, const Array& a, const Scalar& b) {
  const DType type = result_type(a, b);
  return binary_as(slot, a, b, type, type);
}
Array binary(const ElementwiseSlot& slot, const Scalar& a, const Array& b) {
  const DType type = result_type(b, a);
  return binary_as(slot, a, b, type, type);
}

/// Operands that must be cast, or that come from two devices.
[[gnu::noinline]] static Array binary_moved(const ElementwiseSlot& slot, const Array& a, const Array& b, DType computed,
                                            DType result) {
  const Device device = common_device(slot.name(), {&a, &b}, "a b");
  if (is_host_number(b, device)) return with_scalar(slot, a, cast(b, computed).scalar_value(), computed, result, false);
  if (is_host_number(a, device)) return with_scalar(slot, b, cast(a, computed).scalar_value(), computed, result, true);
  Array holder_a, holder_b;
  const Array& x = as_dtype(a, computed, holder_a);
  const Array& y = as_dtype(b, computed, holder_b);
  return elementwise(slot, {&x, &y}, result);
}

Array binary_as(const ElementwiseSlot& slot, const Array& a, const Array& b, DType computed, DType result) {
  if (a.dtype() == computed && b.dtype() == computed) {
    if (alike(a, {&a, &b})) [[likely]]
      return elementwise_alike(slot, {&a, &b}, result);
    if (a.device() == b.device()) return elementwise_broadcast(slot, {&a, &b}, result, "a b");
  }
  return binary_moved(slot, a, b, computed, result);
}
Array binary_as(const ElementwiseSlot& slot, const Array& a, const Scalar& b, DType computed, DType result) {
  TENON_CHECK(a.defined(), ValueError, slot.name(), ": the input is not defined");
  return with_scalar(slot, a, b, computed, result, false);
}
Array binary_as(const ElementwiseSlot& slot, const Scalar& a, const Array& b, DType computed, DType result) {
  TENON_CHECK(b.defined(), ValueError, slot.name(), ": the input is not defined");
  return with_scalar(slot, b, a, computed, result, true);
}

}  // namespace tenon::inline v0::detail
