#include "tenon/data/vocabulary.h"

#include <cstdio>
#include <map>

#include "tenon/core/check.h"
#include "tenon/core/utf8.h"

namespace tenon::inline v0::data {

namespace {

/// `"é" (U+00E9)`; only the number of one that cannot be seen.
std::string shown(std::string_view character) {
  const uint32_t number = code_point(character);
  char name[16];
  std::snprintf(name, sizeof name, "U+%04X", number);
  const bool visible = number > 0x20 && (number < 0x7F || number > 0xA0);
  return visible ? tenon::text("\"", character, "\" (", name, ")") : name;
}

/// `line 2, character 5: `, both counted from 1: where the text ends.
std::string place_behind(std::string_view text) {
  int64_t line = 1, character = 1;
  for (size_t at = 0; at < text.size(); at += utf8_length(text.substr(at))) {
    character = text[at] == '\n' ? 1 : character + 1;
    line += text[at] == '\n';
  }
  return tenon::text("line ", line, ", character ", character, ": ");
}

/// Calls each(character, what stands before it).
template <class F>
void for_each_character(std::string_view text, const F& each) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text.substr(at));
    TENON_CHECK(length > 0, ValueError, place_behind(text.substr(0, at)), "not UTF-8");
    each(text.substr(at, length), text.substr(0, at));
    at += length;
  }
}

}  // namespace

Vocabulary::Vocabulary(std::string_view characters) {
  for_each_character(characters, [&](std::string_view character, std::string_view before) {
    const bool is_new = tokens_.emplace(code_point(character), static_cast<int32_t>(characters_.size())).second;
    TENON_CHECK(is_new, ValueError, place_behind(before), shown(character), " is in the vocabulary twice");
    characters_.emplace_back(character);
  });
}

Vocabulary Vocabulary::of(std::string_view text) {
  std::map<uint32_t, std::string_view> found;
  for_each_character(text, [&](std::string_view character, auto) { found.emplace(code_point(character), character); });
  std::string all;
  for (const auto& [number, character] : found) all += character;
  return Vocabulary(all);
}

std::string Vocabulary::text() const {
  std::string all;
  for (const std::string& character : characters_) all += character;
  return all;
}

std::vector<int32_t> Vocabulary::encode(std::string_view text) const {
  std::vector<int32_t> tokens;
  tokens.reserve(text.size());
  for_each_character(text, [&](std::string_view character, std::string_view before) {
    const auto found = tokens_.find(code_point(character));
    TENON_CHECK(found != tokens_.end(), ValueError, place_behind(before), shown(character), " is none of the ", size(),
                " characters of the vocabulary");
    tokens.push_back(found->second);
  });
  return tokens;
}

const std::string& Vocabulary::decode(int64_t token) const {
  TENON_CHECK(token >= 0 && token < size(), IndexError, "vocabulary: there is no token ", token, " among ", size());
  return characters_[static_cast<size_t>(token)];
}

}  // namespace tenon::inline v0::data
