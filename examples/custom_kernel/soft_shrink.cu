// The kernels, and how they are launched. Compiled by nvcc; it sees only those of Tenon's headers that it needs.
#include <stdexcept>
#include <string>

#include "soft_shrink.h"
#include "soft_shrink_math.h"

namespace {

/// A view as a kernel takes it: the view itself holds the memory and stays on the host.
template <class T>
struct Elements {
  T* data;
  int64_t strides[2];

  explicit Elements(const Matrix<T>& m) : data(m.data()), strides{m.stride(0), m.stride(1)} {}
  __device__ T& at(int64_t row, int64_t column) const { return data[row * strides[0] + column * strides[1]]; }
};

template <class T>
__global__ void shrink(Elements<T> out, Elements<const T> x, int64_t count, int64_t columns, T by) {
  const int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < count) out.at(i / columns, i % columns) = shrunk(x.at(i / columns, i % columns), by);
}

template <class T>
__global__ void shrink_grad(Elements<T> dx, Elements<const T> dy, Elements<const T> x, int64_t count, int64_t columns,
                            T by) {
  const int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  const int64_t row = i / columns, column = i % columns;
  dx.at(row, column) = shrunk_grad(dy.at(row, column), x.at(row, column), by);
}

void check(cudaError_t error) {
  if (error != cudaSuccess) throw std::runtime_error(std::string("soft_shrink: ") + cudaGetErrorString(error));
}

/// Calls launch(blocks, threads, stream) on the stream's device, unless there is nothing to do.
template <class Launch>
void launch_on(const tenon::Stream& stream, int64_t count, const Launch& launch) {
  if (count == 0) return;
  constexpr unsigned threads = 256;
  int before = 0;
  check(cudaGetDevice(&before));
  check(cudaSetDevice(stream.device().index));
  launch(static_cast<unsigned>((count + threads - 1) / threads), threads, static_cast<cudaStream_t>(stream.native()));
  const cudaError_t launched = cudaGetLastError();
  check(cudaSetDevice(before));
  check(launched);
}

template <class T>
void run(const Matrix<T>& out, const Matrix<const T>& x, double by, const tenon::Stream& stream) {
  const int64_t columns = out.size(1), count = out.size(0) * columns;
  launch_on(stream, count, [&](unsigned blocks, unsigned threads, cudaStream_t native) {
    shrink<T><<<blocks, threads, 0, native>>>(Elements(out), Elements(x), count, columns, static_cast<T>(by));
  });
}

template <class T>
void run_grad(const Matrix<T>& dx, const Matrix<const T>& dy, const Matrix<const T>& x, double by,
              const tenon::Stream& stream) {
  const int64_t columns = dx.size(1), count = dx.size(0) * columns;
  launch_on(stream, count, [&](unsigned blocks, unsigned threads, cudaStream_t native) {
    shrink_grad<T>
        <<<blocks, threads, 0, native>>>(Elements(dx), Elements(dy), Elements(x), count, columns, static_cast<T>(by));
  });
}

}  // namespace

void soft_shrink(const Matrix<float>& out, const Matrix<const float>& x, double by, const tenon::Stream& stream) {
  run(out, x, by, stream);
}
void soft_shrink(const Matrix<double>& out, const Matrix<const double>& x, double by, const tenon::Stream& stream) {
  run(out, x, by, stream);
}
void soft_shrink_grad(const Matrix<float>& dx, const Matrix<const float>& dy, const Matrix<const float>& x, double by,
                      const tenon::Stream& stream) {
  run_grad(dx, dy, x, by, stream);
}
void soft_shrink_grad(const Matrix<double>& dx, const Matrix<const double>& dy, const Matrix<const double>& x,
                      double by, const tenon::Stream& stream) {
  run_grad(dx, dy, x, by, stream);
}
