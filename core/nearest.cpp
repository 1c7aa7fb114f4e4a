#include "tenon/core/nearest.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace tenon::inline v0 {
namespace {

constexpr size_t longest_name = 200;  // beyond that it is not a name, and the table would grow

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(char a, char b) { return lower(a) == lower(b); }

/// Edits from a to b, whatever the letters' case (Damerau's optimal string alignment).
size_t distance(std::string_view a, std::string_view b) {
  const size_t width = b.size() + 1;
  std::vector<size_t> table((a.size() + 1) * width);
  auto at = [&](size_t i, size_t j) -> size_t& { return table[i * width + j]; };
  for (size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t best = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + !same(a[i - 1], b[j - 1])});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        best = std::min(best, at(i - 2, j - 2) + 1);
      }
      at(i, j) = best;
    }
  }
  return table.back();
}

}  // namespace

std::string nearest(std::string_view name, std::span<const std::string> candidates) {
  if (name.empty() || name.size() > longest_name) return "";
  const std::string* best = nullptr;
  size_t best_distance = std::numeric_limits<size_t>::max();
  for (const std::string& candidate : candidates) {
    if (candidate.empty() || candidate.size() > longest_name) continue;
    const size_t length = std::max(name.size(), candidate.size());
    const size_t d = distance(name, candidate);
    if (d <= std::max<size_t>(1, length / 3) && d < length && d < best_distance) {
      best = &candidate;
      best_distance = d;
    }
  }
  return best ? *best : "";
}

std::string suggestion(std::string_view name, std::span<const std::string> candidates) {
  if (candidates.empty()) return "";
  if (const std::string near = nearest(name, candidates); !near.empty()) return "; did you mean \"" + near + "\"?";
  std::string text = "; known: ";
  for (size_t i = 0; i < candidates.size(); ++i) text += (i ? ", " : "") + candidates[i];
  return text;
}

}  // namespace tenon::inline v0
