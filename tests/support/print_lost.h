// For tests in processes of their own, which are judged by what they print.
#pragma once
#include <cstdio>
#include <functional>

#include "tenon/core/error.h"

namespace tenon::testing {

/// Prints the DeviceLost that f throws, a line of stderr.
inline void print_lost(const std::function<void()>& f) {
  try {
    f();
  } catch (const DeviceLost& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
}

}  // namespace tenon::testing
