#pragma once
#include "tenon/core/error.h"
#include "tenon/core/text.h"

/// Throws `ErrorType` with the remaining arguments joined as its text, unless the condition holds.
#define TENON_CHECK(condition, ErrorType, ...)     \
  do {                                             \
    if (!(condition)) [[unlikely]]                 \
      throw ErrorType(::tenon::text(__VA_ARGS__)); \
  } while (0)
