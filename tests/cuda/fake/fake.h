// The CUDA backend over the runtime whose kernels do nothing, as this program's "cuda".
#pragma once
#include <cstdlib>
#include <string>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <tenon_test_paths.h>

#include "tenon/core/backends.h"
#include "tenon/tests/support/fake_cudart.h"

namespace tenon::testing {

inline std::string fake_library() { return std::string(tenon_build_dir) + "/lib/fake_cuda/libtenon_cuda.so"; }

/// The runtime's counts and switches.
inline FakeCudart& fake_cudart() {
  static FakeCudart& state = []() -> FakeCudart& {
    setenv("TENON_BACKEND_PATH", (std::string(tenon_build_dir) + "/lib/fake_cuda").c_str(), 1);
    void* library = dlopen(fake_library().c_str(), RTLD_NOW);
    if (!library) ADD_FAILURE() << dlerror();
    return *reinterpret_cast<FakeCudartOf*>(dlsym(library, fake_cudart_symbol))();
  }();
  return state;
}
inline Device fake_cuda(int index = 0) {
  fake_cudart();
  return cuda(index);
}

}  // namespace tenon::testing
