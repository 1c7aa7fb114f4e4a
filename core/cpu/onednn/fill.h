#pragma once
#include "tenon/core/backend.h"

namespace tenon::inline v0::detail {

/// Puts the kernels that oneDNN serves into the CPU's table, before or instead of the loops of the level.
void fill_onednn(Backend& backend);

}  // namespace tenon::inline v0::detail
