#pragma once
#include "tenon/core/backend.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

// One line a family.
void fill_activation(ActivationKernels& kernels);
void fill_arithmetic(ArithmeticKernels& kernels);
void fill_attention(AttentionKernels& kernels);
void fill_comparison(ComparisonKernels& kernels);
void fill_conv(ConvKernels& kernels);
void fill_create(CreateKernels& kernels);
void fill_exponential(ExponentialKernels& kernels);
void fill_extremum(ExtremumKernels& kernels);
void fill_layout(LayoutKernels& kernels);
void fill_loss(LossKernels& kernels);
void fill_matmul(MatmulKernels& kernels);
void fill_norm(NormKernels& kernels);
void fill_pool(PoolKernels& kernels);
void fill_random(RandomKernels& kernels);
void fill_rnn(RnnKernels& kernels);
void fill_rounding(RoundingKernels& kernels);
void fill_scan(ScanKernels& kernels);
void fill_softmax(SoftmaxKernels& kernels);
void fill_sum(SumKernels& kernels);
void fill_trigonometric(TrigonometricKernels& kernels);
void fill_update(UpdateKernels& kernels);

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
