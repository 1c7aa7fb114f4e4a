// How long work takes, for launches that ask for a benchmark: the first call with new shapes then waits for the device.
#pragma once
#include "tenon/core/cuda/cuda.h"

namespace tenon::inline v0::cuda_backend {

/// Milliseconds that the work which f puts on the stream takes, the least of three; negative if it failed. f gives a
/// Status.
template <class F>
float milliseconds(cudaStream_t stream, const F& f) {
  cudaEvent_t begin = nullptr, end = nullptr;
  float least = -1;
  bool ok = cudaEventCreate(&begin) == cudaSuccess && cudaEventCreate(&end) == cudaSuccess;
  ok = ok && f().code == StatusCode::ok;  // the first run may load code
  for (int k = 0; ok && k < 3; ++k) {
    float time = 0;
    ok = cudaEventRecord(begin, stream) == cudaSuccess && f().code == StatusCode::ok &&
         cudaEventRecord(end, stream) == cudaSuccess && cudaEventSynchronize(end) == cudaSuccess &&
         cudaEventElapsedTime(&time, begin, end) == cudaSuccess;
    if (ok && (least < 0 || time < least)) least = time;
  }
  if (!ok) cudaGetLastError();  // it would be the next launch's
  if (begin) cudaEventDestroy(begin);
  if (end) cudaEventDestroy(end);
  return ok ? least : -1;
}

}  // namespace tenon::inline v0::cuda_backend
