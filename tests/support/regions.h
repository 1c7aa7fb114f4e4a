#pragma once
#include <cstdint>

namespace tenon::testing {

/// How many parallel regions this process has entered.
int64_t parallel_regions();

}  // namespace tenon::testing
