// One function a family fills its part of the table. No CUDA call happens there.
#pragma once
#include "tenon/core/backend.h"

namespace tenon::inline v0::cuda_backend {

void fill_device(DeviceFunctions& functions);
void fill_activation(Backend& backend);
void fill_arithmetic(Backend& backend);
void fill_arrange(Backend& backend);
void fill_attention(Backend& backend);
void fill_comparison(Backend& backend);
void fill_conv(Backend& backend);
void fill_create(Backend& backend);
void fill_exponential(Backend& backend);
void fill_extremum(Backend& backend);
void fill_index(Backend& backend);
void fill_layout(Backend& backend);
void fill_loss(Backend& backend);
void fill_matmul(Backend& backend);
void fill_norm(Backend& backend);
void fill_pool(Backend& backend);
void fill_random(Backend& backend);
void fill_rnn(Backend& backend);
void fill_rounding(Backend& backend);
void fill_scan(Backend& backend);
void fill_softmax(Backend& backend);
void fill_sort(Backend& backend);
void fill_sum(Backend& backend);
void fill_trigonometric(Backend& backend);
void fill_update(Backend& backend);

}  // namespace tenon::inline v0::cuda_backend
