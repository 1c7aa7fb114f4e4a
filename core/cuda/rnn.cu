#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/rnn_units.h"

namespace tenon::inline v0::cuda_backend {

namespace {

Status lstm_cell(const View& gates, const View& recurrent, const View& c_before, const View& c, const View& h,
                 const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(c.dtype, [&]<class T>(Type<T>) {
    const LstmUnit<T> unit{Units(c, gates), gates.as<T>(), c.as<T>(), h.as<T>(), recurrent.as<T>(), c_before.as<T>()};
    return each(c.numel(), unit, launch);
  });
}

Status lstm_cell_grad(const View& slopes, const View& gates, const View& c_before, const View& c, const View& dy,
                      const View& dh, const View& carry, const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(c.dtype, [&]<class T>(Type<T>) {
    const LstmUnitGrad<T> unit{Units(c, gates),  slopes.as<T>(), carry.as<T>(), gates.as<T>(),
                               c_before.as<T>(), c.as<T>(),      dy.as<T>(),    dh.as<T>()};
    return each(c.numel(), unit, launch);
  });
}

Status gru_cell(const View& gates, const View& recurrent, const View& h_before, const View& h, const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(h.dtype, [&]<class T>(Type<T>) {
    const GruUnit<T> unit{Units(h, gates), gates.as<T>(), h.as<T>(), recurrent.as<T>(), h_before.as<T>()};
    return each(h.numel(), unit, launch);
  });
}

Status gru_cell_grad(const View& slopes, const View& recurrent_slopes, const View& gates, const View& recurrent,
                     const View& h_before, const View& dy, const View& dh, const View& carry, const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(carry.dtype, [&]<class T>(Type<T>) {
    const GruUnitGrad<T> unit{Units(carry, gates), slopes.as<T>(), recurrent_slopes.as<T>(),
                              carry.as<T>(),       gates.as<T>(),  recurrent.as<T>(),
                              h_before.as<T>(),    dy.as<T>(),     dh.as<T>()};
    return each(carry.numel(), unit, launch);
  });
}

}  // namespace

void fill_rnn(Backend& backend) {
  backend.rnn.lstm_cell = lstm_cell;
  backend.rnn.lstm_cell_grad = lstm_cell_grad;
  backend.rnn.gru_cell = gru_cell;
  backend.rnn.gru_cell_grad = gru_cell_grad;
}

}  // namespace tenon::inline v0::cuda_backend
