// Internal: a state dict whose names are known.
#pragma once
#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "tenon/core/io/safetensors.h"

namespace tenon::inline v0::optim {

/// The values of these names, in their order, whatever the state's is (a file sorts them). Empty if the state has
/// others, fewer or more.
inline std::vector<Array> values_of(const StateDict& state, std::initializer_list<std::string_view> names) {
  std::vector<Array> values;
  for (const std::string_view name : names) {
    const auto found = std::find_if(state.begin(), state.end(), [&](const auto& entry) { return entry.first == name; });
    if (found != state.end()) values.push_back(found->second);
  }
  return values.size() == names.size() && state.size() == names.size() ? values : std::vector<Array>();
}

}  // namespace tenon::inline v0::optim
