#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill(Backend& backend) {
  fill_activation(backend.activation);
  fill_arithmetic(backend.arithmetic);
  fill_attention(backend.attention);
  fill_comparison(backend.comparison);
  fill_conv(backend.conv);
  fill_create(backend.create);
  fill_exponential(backend.exponential);
  fill_extremum(backend.extremum);
  fill_layout(backend.layout);
  fill_loss(backend.loss);
  fill_matmul(backend.matmul);
  fill_norm(backend.norm);
  fill_pool(backend.pool);
  fill_random(backend.random);
  fill_rnn(backend.rnn);
  fill_rounding(backend.rounding);
  fill_scan(backend.scan);
  fill_softmax(backend.softmax);
  fill_sum(backend.sum);
  fill_trigonometric(backend.trigonometric);
  fill_update(backend.update);
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
