#include "tenon/data/sets/text.h"

#include <cmath>
#include <vector>

#include "tenon/core/check.h"
#include "tenon/core/config_write.h"
#include "tenon/data/detail/packed_file.h"
#include "tenon/data/vocabulary.h"

namespace tenon::inline v0::data {

namespace {

class TextWindows : public Dataset {
 public:
  TextWindows(std::vector<int32_t> tokens, int64_t context, Vocabulary vocabulary)
      : tokens_(std::move(tokens)), context_(context), vocabulary_(std::move(vocabulary)) {}
  int64_t size() const override { return (static_cast<int64_t>(tokens_.size()) - 1) / context_; }
  Sample get(int64_t i, const Draw&) const override { return windows({&i, 1}, {context_}); }
  Sample batch(std::span<const int64_t> indices, std::span<const Draw>) const override {
    return windows(indices, {static_cast<int64_t>(indices.size()), context_});
  }
  std::vector<std::string> class_names() const override { return vocabulary_.characters(); }

 private:
  Sample windows(std::span<const int64_t> indices, const Shape& shape) const {
    Sample both{{"input", empty_batch(shape, int64)}, {"target", empty_batch(shape, int64)}};
    auto* input = static_cast<int64_t*>(both["input"].data());
    auto* target = static_cast<int64_t*>(both["target"].data());
    for (int64_t i : indices) {
      check_index(i, size());
      const int32_t* from = tokens_.data() + i * context_;
      for (int64_t k = 0; k < context_; ++k) {
        *input++ = from[k];
        *target++ = from[k + 1];
      }
    }
    return both;
  }

  std::vector<int32_t> tokens_;
  int64_t context_;
  Vocabulary vocabulary_;
};

/// f(), with what is wrong with the file's text said of the file.
template <class F>
auto of_file(const std::string& path, const F& f) {
  try {
    return f();
  } catch (const ValueError& error) {
    throw FileError(text(path, ": ", error.what()));
  }
}

}  // namespace

void TextOptions::check() const {
  TENON_CHECK(test_share >= 0 && test_share < 1, ValueError, "test_share must lie in [0, 1), got ", test_share);
  try {
    Vocabulary all(characters);
  } catch (const ValueError& error) {
    throw ValueError(text("characters: ", error.what()));
  }
}

DatasetPtr text_file(const TextOptions& given) {
  const TextOptions o = checked("text_file", given);
  const std::string content = detail::read_packed(o.path, "text");
  auto [vocabulary, tokens] = of_file(o.path, [&] {
    Vocabulary characters = o.characters.empty() ? Vocabulary::of(content) : Vocabulary(o.characters);
    std::vector<int32_t> all = characters.encode(content);
    return std::pair(std::move(characters), std::move(all));
  });
  const auto all = static_cast<int64_t>(tokens.size());
  const int64_t learnt = all - std::llround(static_cast<double>(all) * o.test_share);
  const auto border = tokens.begin() + learnt;
  const std::vector<int32_t> part =
      o.part == Part::train ? std::vector<int32_t>(tokens.begin(), border) : std::vector<int32_t>(border, tokens.end());
  const std::string name = o.part == Part::train ? "train" : "test";
  TENON_CHECK(static_cast<int64_t>(part.size()) > o.context, FileError, std::string(o.path), ": its part `", name,
              "` has ", part.size(), " characters, but a sample needs ", o.context + 1, ", its context and one behind");
  ConfigValue conventions = ConfigValue::make_map();
  conventions.add("context", ConfigValue::make_integer(o.context));
  conventions.add("test_share", ConfigValue::make_real(o.test_share));
  conventions.add("characters", ConfigValue::make_string(vocabulary.text()));
  return with_conventions(std::make_shared<TextWindows>(part, o.context, std::move(vocabulary)),
                          std::move(conventions));
}

}  // namespace tenon::inline v0::data
