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
              ", gradient or state on ", x.device());
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
        const bool is_gradient = arrays == lists.begin() + 1;
        TENON_CHECK(is_gradient || same_strides(x, p), ValueError, op, ": the state of parameter ", i,
                    " has other strides than the parameter");
        if (!is_gradient) x.mark_write(op);
        views.push_back(same_strides(x, p) ? x.raw() : in_strides_of(p, x).raw());
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

View guard_view(const Array& x, const Array& parameter, DType dtype, const char* op, const char* name) {
  if (!x.defined()) return {nullptr, nullptr, nullptr, 0, dtype, 0};
  TENON_CHECK(x.ndim() == 0 && x.dtype() == dtype && x.device() == parameter.device(), ValueError, op, ": ", name,
              " must be a 0-d ", name_of(dtype), " array on ", parameter.device());
  return x.raw();
}

template <class Slot, class Update>
void run(const Slot& slot, std::initializer_list<std::span<const Array>> lists, const Update& update,
         const UpdateGuard& guard) {
  const std::span<const Array> parameters = *lists.begin();
  const Gathered gathered(lists, slot.name());
  if (parameters.empty()) return;
  const Array& p = parameters[0];
  const View scale = guard_view(guard.inverse_scale, p, float32, slot.name(), "inverse_scale");
  const View bad = guard_view(guard.found_bad, p, bool_, slot.name(), "found_bad");
  detail::run(slot, p.device(), p.dtype(), gathered.list, update, scale, bad);
}

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
  TENON_CHECK(update.step >= 1, ValueError, "adam_update: steps are counted from 1, got ", update.step);
  run(kernels.update.adam, {parameters, gradients, first_moments, second_moments}, update, guard);
}

}  // namespace tenon::inline v0
