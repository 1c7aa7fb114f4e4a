// Internal: errors that say where they happened.
#pragma once
#include <string>

#include "tenon/core/error.h"

namespace tenon::inline v0::data {

/// Throws the error with a word on where it happened in front, as what it was.
[[noreturn]] void rethrow(const std::string& where, const Error& error);

}  // namespace tenon::inline v0::data
