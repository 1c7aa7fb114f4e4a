#include "tenon/core/ops/update.h"

#include <algorithm>
#include <vector>

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

bool same_strides(const Array& a, const Array& b) {
  const View x = a.raw(), y = b.raw();
  if (x.layout & y.layout & (row_major | channels_last)) return true;
  for (int i = 0; i < x.ndim; ++i) {
    if (x.strides[i] != y.strides[i] && x.shape[i] != 1) return false;
  }
  return true;
}

void check_operand(const Array& x, const Array& parameter, const char* op) {
  TENON_CHECK(x.defined(), ValueError, op, ": a gradient or a state is not defined");
  TENON_CHECK(same_shape(x.raw(), parameter.raw()), ShapeError, op, ": parameter is ", parameter.shape(),
              ", gradient or state ", x.shape());
  TENON_CHECK(x.dtype() == parameter.dtype(), DTypeError, op, ": parameter is ", name_of(parameter.dtype()),
              ", gradient or state ", name_of(x.dtype()));
  TENON_CHECK(x.device() == parameter.device(), DeviceError, op, ": parameter is on ", parameter.device(),
              ", gradient or state is on ", x.device());
}

/// Parameters, gradients and state as a kernel takes them. lists[0] are the parameters, lists[1] the gradients.
struct Gathered {
  std::vector<View> views;
  std::vector<Array> copies;  // of gradients whose strides differ from the parameter's
  UpdateList list;

  Gathered(std::initializer_list<std::span<const Array>> lists, const char* op) {
    const std::span<const Array> parameters = *lists.begin();
    for (const auto& arrays : lists) {
      TENON_CHECK(arrays.size() == parameters.size(), ValueError, op, ": ", parameters.size(), " parameters, but ",
                  arrays.size(), " gradients or states");
    }
    views.reserve(parameters.size() * lists.size());
    for (size_t i = 0; i < parameters.size(); ++i) {
      const Array& p = parameters[i];
      TENON_CHECK(p.defined(), ValueError, op, ": parameter ", i, " is not defined");
      TENON_CHECK(p.raw().layout & dense, ValueError, op, ": parameter ", i, " is not dense (strides ", p.strides(),
                  ")");
      TENON_CHECK(p.dtype() == parameters[0].dtype(), DTypeError, op, ": parameters of one call have one dtype, got ",
                  name_of(parameters[0].dtype()), " and ", name_of(p.dtype()));
      for (auto arrays = lists.begin(); arrays != lists.end(); ++arrays) {
        const Array& x = (*arrays)[i];
        if (&x != &p) check_operand(x, p, op);
        const bool is_gradient = arrays == lists.begin() + 1, fits = same_strides(x, p);
        TENON_CHECK(is_gradient || fits, ValueError, op, ": the state of parameter ", i,
                    " has other strides than the parameter");
        if (!is_gradient) x.mark_write(op);
        views.push_back(fits ? x.raw() : in_strides_of(p, x).raw());
      }
    }
    list = {views.data(), static_cast<int64_t>(parameters.size()), static_cast<int32_t>(lists.size())};
  }

 private:
  const Array& in_strides_of(const Array& p, const Array& gradient) {
    if (copies.empty()) copies.reserve(views.capacity());  // views look at them
    copies.push_back(empty_like(p, p.dtype()));
    copy_(copies.back(), gradient);
    return copies.back();
  }
};

/// A 0-d array, or one that is not defined, beside others.
View number_view(const Array& x, const Array& beside, DType dtype, const char* op, const char* name) {
  if (!x.defined()) return {nullptr, nullptr, nullptr, 0, dtype, 0};
  TENON_CHECK(x.ndim() == 0 && x.dtype() == dtype && x.device() == beside.device(), ValueError, op, ": ", name,
              " must be a 0-d ", name_of(dtype), " array on ", beside.device());
  return x.raw();
}

template <class Slot, class Update>
void run(const Slot& slot, std::initializer_list<std::span<const Array>> lists, const Update& update,
         const UpdateGuard& guard) {
  const std::span<const Array> parameters = *lists.begin();
  const char* op = slot.name();
  TENON_CHECK(update.step >= 1, ValueError, op, ": steps are counted from 1, got ", update.step);
  const Gathered gathered(lists, op);
  if (parameters.empty()) return;
  const Array& p = parameters[0];
  const UpdateControl control{number_view(guard.inverse_scale, p, float32, op, "inverse_scale"),
                              number_view(guard.found_bad, p, bool_, op, "found_bad"),
                              number_view(guard.skipped, p, int64, op, "skipped")};
  if (guard.skipped.defined()) guard.skipped.mark_write(op);
  detail::run(slot, p.device(), p.dtype(), gathered.list, update, control);
}

/// Arrays as kernels of lists take them: each dense, in whatever order.
class DenseList {
 public:
  DenseList(std::span<const Array> arrays, const char* op) : arrays_(arrays), op_(op) {
    views_.reserve(arrays.size());
    copies_.reserve(arrays.size());  // views look at them
    for (const Array& x : arrays) {
      TENON_CHECK(x.defined(), ValueError, op, ": an array is not defined");
      TENON_CHECK(x.dtype() == arrays[0].dtype(), DTypeError, op, ": arrays of one call have one dtype, got ",
                  name_of(arrays[0].dtype()), " and ", name_of(x.dtype()));
      TENON_CHECK(x.device() == arrays[0].device(), DeviceError, op, ": arrays of one call are on one device, got ",
                  arrays[0].device(), " and ", x.device());
      const bool fits = x.raw().layout & dense;
      if (!fits) copies_.push_back(contiguous(x));
      views_.push_back(fits ? x.raw() : copies_.back().raw());
    }
  }
  bool empty() const { return views_.empty(); }
  UpdateList list() const { return {views_.data(), static_cast<int64_t>(views_.size()), 1}; }

  template <class Slot, class... Args>
  void run(const Slot& slot, const Args&... args) const {
    detail::run(slot, arrays_[0].device(), arrays_[0].dtype(), list(), args...);
  }
  /// The same, and the arrays are written.
  template <class Slot, class... Args>
  void write(const Slot& slot, const Args&... args) const {
    for (const Array& x : arrays_) x.mark_write(op_);
    run(slot, args...);
    size_t copy = 0;
    for (const Array& x : arrays_) {
      if (!(x.raw().layout & dense)) copy_(x, copies_[copy++]);
    }
  }

 private:
  std::span<const Array> arrays_;
  const char* op_;
  std::vector<View> views_;
  std::vector<Array> copies_;
};

DType computed_in(DType dtype) { return dtype == float64 ? float64 : float32; }

}  // namespace

void sgd_update(std::span<const Array> parameters, std::span<const Array> gradients, std::span<const Array> velocities,
                const SgdUpdate& update, const UpdateGuard& guard) {
  const auto& slot = kernels.update.sgd;
  if (velocities.empty()) return run(slot, {parameters, gradients}, update, guard);
  run(slot, {parameters, gradients, velocities}, update, guard);
}

void adam_update(std::span<const Array> parameters, std::span<const Array> gradients,
                 std::span<const Array> first_moments, std::span<const Array> second_moments, const AdamUpdate& update,
                 const UpdateGuard& guard) {
  run(kernels.update.adam, {parameters, gradients, first_moments, second_moments}, update, guard);
}

std::vector<std::vector<Array>> by_kind(std::span<const Array> arrays) {
  std::vector<std::vector<Array>> kinds;
  for (const Array& x : arrays) {
    const auto alike = [&x](const std::vector<Array>& kind) {
      return kind[0].dtype() == x.dtype() && kind[0].device() == x.device();
    };
    const auto found = std::find_if(kinds.begin(), kinds.end(), alike);
    (found == kinds.end() ? kinds.emplace_back() : *found).push_back(x);
  }
  return kinds;
}

void find_bad(std::span<const Array> arrays, const Array& found_bad) {
  const auto& slot = kernels.update.find_bad;
  detail::check_defined(slot.name(), found_bad);
  const DenseList list(arrays, slot.name());
  if (list.empty()) return;
  const View bad = number_view(found_bad, arrays[0], bool_, slot.name(), "found_bad");
  found_bad.mark_write(slot.name());
  list.run(slot, bad);
}

Array list_norm(std::span<const Array> arrays) {
  const auto& slot = kernels.update.norm;
  const DenseList list(arrays, slot.name());
  if (list.empty()) return zeros({});
  Array norm = empty({}, computed_in(arrays[0].dtype()), arrays[0].device());
  list.run(slot, norm.raw());
  return norm;
}

void scale_list_(std::span<const Array> arrays, const Array& factor, const Array& found_bad) {
  const auto& slot = kernels.update.scale;
  detail::check_defined(slot.name(), factor);
  const DenseList list(arrays, slot.name());
  if (list.empty()) return;
  const View by = number_view(factor, arrays[0], computed_in(arrays[0].dtype()), slot.name(), "factor");
  const View bad = number_view(found_bad, arrays[0], bool_, slot.name(), "found_bad");
  if (found_bad.defined()) found_bad.mark_write(slot.name());
  list.write(slot, by, bad);
}

void clip_list_(std::span<const Array> arrays, const Array& norm, double most) {
  const auto& slot = kernels.update.clip;
  detail::check_defined(slot.name(), norm);
  const DenseList list(arrays, slot.name());
  if (list.empty()) return;
  list.write(slot, number_view(norm, arrays[0], computed_in(arrays[0].dtype()), slot.name(), "norm"), most);
}

void clamp_list_(std::span<const Array> arrays, double most) {
  const auto& slot = kernels.update.clamp;
  const DenseList list(arrays, slot.name());
  if (!list.empty()) list.write(slot, most);
}

void scaler_update(const ScalerUpdate& update, const Array& scale, const Array& inverse, const Array& growth,
                   const Array& found_bad) {
  const auto& slot = kernels.update.scaler;
  const char* op = slot.name();
  detail::check_defined(op, scale, inverse, growth, found_bad);
  TENON_CHECK(found_bad.ndim() == 1 && found_bad.is_contiguous() && found_bad.dtype() == bool_ &&
                  found_bad.device() == scale.device(),
              ValueError, op, ": found_bad must be a contiguous 1-d bool array on ", scale.device());
  const View views[] = {number_view(scale, scale, float32, op, "scale"),
                        number_view(inverse, scale, float32, op, "inverse"),
                        number_view(growth, scale, int32, op, "growth")};
  for (const Array* written : {&scale, &inverse, &growth, &found_bad}) written->mark_write(op);
  detail::run(slot, scale.device(), float32, update, views[0], views[1], views[2], found_bad.raw());
}

}  // namespace tenon::inline v0
