#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

/// The characters that texts are made of, as tokens 0, 1, ... A character is a code point in UTF-8: é, € and 語 are one
/// each (where é is written as e and an accent, these are two).
class Vocabulary {
 public:
  /// The characters of a text, in its order. Throws ValueError for one that is there twice, and for broken UTF-8.
  explicit Vocabulary(std::string_view characters);
  /// The characters that a text has, by their numbers. Throws ValueError for broken UTF-8.
  static Vocabulary of(std::string_view text);

  int64_t size() const { return static_cast<int64_t>(characters_.size()); }
  const std::vector<std::string>& characters() const { return characters_; }
  /// All of them, one behind the other: what the constructor takes.
  std::string text() const;

  /// The tokens of a text. Throws ValueError for a character that is not in the vocabulary and for broken UTF-8, both
  /// with line and place in it: `line 2, character 5: "é" (U+00E9) is none of the 97 characters of the vocabulary`.
  std::vector<int32_t> encode(std::string_view text) const;
  /// The character of a token. Throws IndexError.
  const std::string& decode(int64_t token) const;

 private:
  std::vector<std::string> characters_;
  std::unordered_map<uint32_t, int32_t> tokens_;  ///< by code point
};

}  // namespace data
}  // namespace v0
}  // namespace tenon
