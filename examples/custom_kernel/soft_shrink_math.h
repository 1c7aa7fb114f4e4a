// What one element becomes: the same on the CPU and on the GPU.
#pragma once
#include <tenon/core/math/host_device.h>

template <class T>
TENON_INLINE T shrunk(T x, T by) {
  return x > by ? x - by : x < -by ? x + by : x - x;  // nan stays nan
}

template <class T>
TENON_INLINE T shrunk_grad(T dy, T x, T by) {
  return x >= -by && x <= by ? T(0) : dy;
}
