#!/usr/bin/env bash
# What a kernel's file includes compiles under nvcc alone, and is used as such a file would use it; and so does everything
# else, for a program that is one .cu.
# usage: cuda_headers.sh NVCC INCLUDE_DIR OUT
set -euo pipefail
nvcc=$1 include=$2 out=$3
mkdir -p "$out"
cd "$out"
compile() { "$nvcc" -std=c++20 -arch=sm_90 -Werror all-warnings -Xcompiler=-Wall,-Wextra,-Wconversion -I"$include" -c "$1" -o "$1.o"; }
for header in core/typed_view.h core/streams.h core/math/host_device.h core/math/half.h core/kernels/view.h; do
  printf '#include <tenon/%s>\n' "$header" >one.cu
  compile one.cu
done
cat >all.cu <<'CUDA'
#include <tenon/tenon.h>
#include <tenon/train/train.h>
__global__ void twice(float* out, const float* x, int64_t n) {
  const int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < n) out[i] = 2 * x[i];
}
tenon::Array twice(const tenon::Array& x) {
  tenon::Array out = tenon::empty_like(x);
  const auto stream = static_cast<cudaStream_t>(tenon::current_stream(x.device()).native());
  const auto to = out.device_view<float, 1>();
  const auto from = x.device_view<const float, 1>();
  twice<<<1, 128, 0, stream>>>(to.data(), from.data(), x.numel());
  return out;
}
CUDA
compile all.cu
echo "nvcc compiles them"
