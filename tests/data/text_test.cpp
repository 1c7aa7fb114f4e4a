// Texts: characters, tokens, windows.
#include "tenon/data/sets/text.h"

#include <numeric>
#include <set>

#include <zlib.h>

#include "tenon/core/ops/layout.h"
#include "tenon/data/datasets.h"
#include "tenon/data/vocabulary.h"
#include "tenon/tests/data/files.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

using data::Part;
using data::TextOptions;
using data::Vocabulary;

/// The characters of a sample's array.
std::string read(const Array& tokens, const Vocabulary& vocabulary) {
  std::string all;
  for (double token : values(tokens)) all += vocabulary.decode(static_cast<int64_t>(token));
  return all;
}

std::string letters(size_t n) {
  std::string all;
  for (size_t i = 0; i < n; ++i) all += static_cast<char>('a' + i % 26);
  return all;
}

TEST(Vocabulary, CharactersAreCodePoints) {
  const Vocabulary v = Vocabulary::of("bé€𝄞a\nbé");
  EXPECT_EQ(v.characters(), (std::vector<std::string>{"\n", "a", "b", "é", "€", "𝄞"}));
  EXPECT_EQ(v.encode("a€𝄞\n"), (std::vector<int32_t>{1, 4, 5, 0}));
  EXPECT_EQ(v.decode(3), "é");
  EXPECT_EQ(Vocabulary(v.text()).characters(), v.characters());
  EXPECT_EQ(Vocabulary("ba").encode("ab"), (std::vector<int32_t>{1, 0}));
  EXPECT_EQ(Vocabulary::of("").size(), 0);
  EXPECT_TRUE(v.encode("").empty());
}

TEST(Vocabulary, SaysWhereSomethingIsWrong) {
  const Vocabulary v = Vocabulary::of("ab\né");
  expect_error<ValueError>([&] { v.encode("abé\né€"); },
                           "line 2, character 2: \"€\" (U+20AC) is none of the 4 characters of the vocabulary");
  expect_error<ValueError>([&] { v.encode("\t"); },
                           "line 1, character 1: U+0009 is none of the 4 characters of the vocabulary");
  expect_error<ValueError>([&] { v.encode("aé\xff"); }, "line 1, character 3: not UTF-8");
  expect_error<ValueError>([] { Vocabulary::of("a\xc3"); }, "line 1, character 2: not UTF-8");
  expect_error<ValueError>([] { Vocabulary("aba"); }, "line 1, character 3: \"a\" (U+0061) is in the vocabulary twice");
  expect_error<IndexError>([&] { v.decode(4); }, "vocabulary: there is no token 4 among 4");
}

TEST(Text, WindowsAndWhatComesNext) {
  const std::string path = write_bytes("t", "hello world!");
  const data::DatasetPtr set = data::text_file({.path = path, .context = 4, .test_share = 0});
  const Vocabulary v = Vocabulary::of("hello world!");
  ASSERT_EQ(set->size(), 2);  // the third has no character behind its last
  EXPECT_EQ(set->class_names(), v.characters());
  const data::Sample first = set->get(0, {}), second = set->get(1, {});
  EXPECT_EQ(first["input"].shape(), Shape({4}));
  EXPECT_EQ(first["input"].dtype(), int64);
  EXPECT_EQ(read(first["input"], v) + "|" + read(first["target"], v), "hell|ello");
  EXPECT_EQ(read(second["input"], v) + "|" + read(second["target"], v), "o wo| wor");
  const int64_t order[] = {1, 0};
  const data::Sample batch = set->batch(order, std::vector<data::Draw>(2));
  EXPECT_EQ(batch["target"].shape(), Shape({2, 4}));
  EXPECT_EQ(read(batch["input"], v), "o wohell");
  EXPECT_EQ(read(batch["target"], v), " worello");
  EXPECT_THROW(set->get(2, {}), IndexError);
}

TEST(Text, PartsDoNotOverlap) {
  const std::string all = letters(100);
  const std::string path = write_bytes("t", all);
  const Vocabulary v = Vocabulary::of(all);
  const auto seen = [&](Part part) {
    const data::DatasetPtr set = data::text_file({.path = path, .context = 3, .part = part, .test_share = 0.3});
    std::string inputs, last;
    for (int64_t i = 0; i < set->size(); ++i) {
      inputs += read(set->get(i, {})["input"], v);
      last = read(set->get(i, {})["target"], v);
    }
    return inputs + last.back();
  };
  EXPECT_EQ(seen(Part::train), all.substr(0, 70));
  EXPECT_EQ(seen(Part::test), all.substr(70, 28));
}

TEST(Text, PackedOrPlain) {
  const std::string path = test_path("t.gz");
  gzFile file = gzopen(path.c_str(), "wb");
  const std::string all = letters(3'000'000);  // more than one read
  gzwrite(file, all.data(), static_cast<unsigned>(all.size()));
  gzclose(file);
  EXPECT_EQ(data::text_file({.path = path, .context = 10, .test_share = 0})->size(), 299'999);
  const std::string whole = [&] {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  write_bytes("t.gz", whole.substr(0, whole.size() / 2));
  expect_error<FileError>([&] { data::text_file({.path = path}); }, path + ": not a valid text: truncated");
}

TEST(Text, AnotherTextTakesTheVocabulary) {
  const std::string path = write_bytes("t", letters(30)), other = write_bytes("o", "cabcab");
  const data::DatasetPtr set = data::text_file({.path = path, .context = 2, .test_share = 0.25});
  const ConfigValue conventions = set->conventions();
  EXPECT_EQ(conventions.find("characters")->text, letters(26));
  EXPECT_EQ(conventions.find("context")->integer, 2);
  EXPECT_EQ(conventions.find("test_share")->real, 0.25);
  const auto next = data::text_file({.path = other, .context = 2, .test_share = 0, .characters = letters(26)});
  EXPECT_EQ(values(next->get(0, {})["input"]), (std::vector<double>{2, 0}));
  EXPECT_EQ(next->class_names(), set->class_names());
}

TEST(Text, SaysWhatIsWrong) {
  const std::string path = write_bytes("t", "abc\ndé"), broken = write_bytes("b", "ab\n\xe9 in Latin-1");
  expect_error<FileError>([&] { data::text_file({.path = path}); },
                          path +
                              ": its part `train` has 5 characters, but a sample needs 129, its context and one "
                              "behind");
  expect_error<FileError>(
      [&] { data::text_file({.path = path, .context = 1, .part = Part::test, .test_share = 0}); },
      path + ": its part `test` has 0 characters, but a sample needs 2, its context and one behind");
  expect_error<FileError>([&] { data::text_file({.path = path, .characters = "abcd\n"}); },
                          path + ": line 2, character 2: \"é\" (U+00E9) is none of the 5 characters of the vocabulary");
  expect_error<FileError>([&] { data::text_file({.path = broken}); }, broken + ": line 2, character 1: not UTF-8");
  expect_error<FileError>([&] { data::text_file({.path = test_path("no")}); },
                          test_path("no") + ": cannot open: No such file or directory");
  expect_error<ValueError>([&] { data::text_file({.path = path, .test_share = 1}); },
                           "text_file: test_share must lie in [0, 1), got 1");
  expect_error<ValueError>([&] { data::text_file({.path = path, .characters = "aa"}); },
                           "text_file: characters: line 1, character 2: \"a\" (U+0061) is in the vocabulary twice");
}

}  // namespace
}  // namespace tenon::testing
