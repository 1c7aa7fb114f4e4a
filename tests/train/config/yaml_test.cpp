#include "tenon/train/config/yaml.h"

#include <cmath>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

namespace tenon::train {
namespace {

using Kind = ConfigValue::Kind;

/// The text of the error that parsing gives.
std::string error_of(const std::string& yaml) {
  try {
    parse_yaml(yaml, "a.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

ConfigValue value_of(const std::string& scalar) { return parse_yaml("x: " + scalar, "a.yaml").items.at(0); }

TEST(Yaml, ScalarsMeanWhatTheySay) {
  for (const char* text : {"", "~", "null"}) EXPECT_EQ(value_of(text).kind, Kind::null) << text;
  EXPECT_TRUE(value_of("true").boolean);
  EXPECT_EQ(value_of("false").kind, Kind::boolean);
  EXPECT_EQ(value_of("-12").integer, -12);
  EXPECT_EQ(value_of("+3").integer, 3);
  EXPECT_EQ(value_of("9223372036854775807").integer, INT64_MAX);
  EXPECT_EQ(value_of("-9223372036854775808").integer, INT64_MIN);
  EXPECT_EQ(value_of("1e-3").real, 1e-3);
  EXPECT_EQ(value_of("-.5").real, -0.5);
  EXPECT_EQ(value_of("2.").real, 2.0);
  EXPECT_EQ(value_of("1.5E+2").real, 150.0);
  EXPECT_EQ(value_of("-.inf").real, -INFINITY);
  EXPECT_TRUE(std::isnan(value_of(".nan").real));
  for (const char* text : {"yes", "no", "on", "True", "NULL_", "010", "00.5",  "0x1F",  "0o7",    "1_000", "1:30",
                           "1e",  "e5", ".",  "+",    "inf",   "nan", "1.2.3", "\"3\"", "'true'", "\"\""}) {
    EXPECT_EQ(value_of(text).kind, Kind::string) << text;
  }
}

TEST(Yaml, NestsAndRemembersPlaces) {
  const ConfigValue root = parse_yaml("a: 1\nlist:\n  - {b: x, c: [1, 2]}\n  - text\n", "a.yaml");
  const ConfigValue* list = root.find("list");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->items.size(), 2U);
  const ConfigValue* c = list->items[0].find("c");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->items[1].integer, 2);
  EXPECT_EQ(c->items[1].place.text(), "a.yaml:3:19");
  EXPECT_EQ(root.keys[1].place.text(), "a.yaml:2:1");
  EXPECT_EQ(list->items[1].place.text(), "a.yaml:4:5");
}

TEST(Yaml, EmptyTextIsNull) {
  EXPECT_EQ(parse_yaml("", "a.yaml").kind, Kind::null);
  EXPECT_EQ(parse_yaml("# nothing\n", "a.yaml").kind, Kind::null);
}

TEST(Yaml, Errors) {
  EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"), "a.yaml:3:1: duplicate key \"a\", first at line 1");
  EXPECT_EQ(error_of("a: [1, 2\nb: 3\n"), "a.yaml:2:2: not valid YAML: end of sequence flow not found");
  EXPECT_EQ(error_of("a: b: c\n"), "a.yaml:1:5: not valid YAML: illegal map value");
  EXPECT_EQ(error_of("a: &x 1\nb: *x\n"), "a.yaml:1:4: anchors are not supported: write the value out");
  EXPECT_EQ(error_of("a: !!python/object 1\n"), "a.yaml:1:4: tags are not supported");
  EXPECT_EQ(error_of("a: !!int 1\n"), "a.yaml:1:4: tags are not supported");
  EXPECT_EQ(error_of("[1, 2]: 3\n"), "a.yaml:1:1: a key has to be a text; is a bracket left open?");
  EXPECT_EQ(error_of("a: 1\n: 3\n"), "a.yaml:2:1: a key is missing");
  EXPECT_EQ(error_of("a: 1\n---\nb: 2\n"), "a.yaml:2:1: a second document");
  EXPECT_EQ(error_of("a:\n\tb: 1\n"), "a.yaml:2:3: not valid YAML: illegal map value");
  EXPECT_EQ(error_of("x: 1\nlr: 1e999\n"), "a.yaml:2:5: the number 1e999 does not fit into a float64");
  EXPECT_EQ(error_of("n: 9223372036854775808\n"),
            "a.yaml:1:4: the number 9223372036854775808 does not fit into 64 bits");
}

TEST(Yaml, RefusesHostileText) {
  EXPECT_EQ(error_of(std::string((1 << 20) + 1, ' ')), "a.yaml: longer than 1048576 bytes");
  EXPECT_EQ(error_of(std::string("a: 1\nb: \x04\nc: 3\n")), "a.yaml:2:4: control character 4");
  EXPECT_EQ(error_of(std::string("a\0b", 3)), "a.yaml:1:2: control character 0");
  for (const char* bad : {"\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8"}) {
    EXPECT_EQ(error_of("a: " + std::string(bad)), "a.yaml:1:4: not UTF-8");
  }
  EXPECT_EQ(value_of("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80").text, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST(Yaml, RefusesDepthWithoutRecursing) {
  EXPECT_EQ(error_of("a: " + std::string(64, '[') + std::string(64, ']')), "a.yaml:1:67: more than 64 levels deep");
  EXPECT_EQ(error_of("a: " + std::string(63, '[') + std::string(63, ']')), "no error");
  for (const char* unit : {"[", "[\n", "{a: ", "- ", "? ", "[{", "{? ["}) {
    std::string text;
    while (text.size() < 500'000) text += unit;
    EXPECT_NE(error_of(text), "no error") << unit;
  }
  std::string stairs;
  for (int i = 0; i < 1000; ++i) stairs += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(error_of(stairs), "a.yaml:65:65: more than 64 levels deep");
}

TEST(Yaml, GarbageIsAnErrorOrATree) {
  std::mt19937 random(1);
  const std::string letters = "[]{}:,-?&*!|>'\"%@`#\n\n  \tab0\\~.";
  for (int i = 0; i < 5000; ++i) {
    std::string text(1 + random() % 30, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    try {
      const ConfigValue value = parse_yaml(text, "garbage");
      EXPECT_EQ(parse_yaml(to_yaml(value), "written"), value) << text << "\nwritten as\n" << to_yaml(value);
    } catch (const ConfigError&) {
    }
  }
}

TEST(Yaml, WritesWhatItReads) {
  const std::string text =
      "name: run\n"
      "lr: 0.001\n"
      "size: [3, 5]\n"
      "model:\n"
      "  - type: Conv2d\n"
      "    out: 32\n"
      "  - type: Flatten\n"
      "none: null\n"
      "number_as_text: \"3\"\n"
      "flag_as_text: \"true\"\n"
      "nothing_as_text: \"\"\n"
      "list: []\n"
      "map: {}\n";
  EXPECT_EQ(to_yaml(parse_yaml(text, "a.yaml")), text);
}

TEST(Yaml, AnyTextSurvivesWriting) {
  for (const char* text :
       {"a: b", "# no comment", " lead", "trail ", "two\nlines\n", "tab\t",   "'",    "\"", "\\n", "- x",
        "[",    "*a",           "&a",    "!a",     "%a",           "@a",      "null", "~",  "1e5", "010",
        "yes",  "---",          "...",   "?",      "a #b",         "\xc3\xa9"}) {
    ConfigValue map = ConfigValue::make_map();
    map.add(text, ConfigValue::make_string(text));
    ConfigValue& list = map.add("list", ConfigValue::make_list());
    list.add(ConfigValue::make_string(text));
    EXPECT_EQ(parse_yaml(to_yaml(map), "written"), map) << to_yaml(map);
  }
}

TEST(Yaml, Files) {
  const std::string path = testing::TempDir() + "tenon_yaml_test.yaml";
  std::ofstream(path) << "a: [1";
  try {
    read_yaml(path);
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string(error.what()).find(path + ":1:"), 0U) << error.what();
  }
  std::ofstream(path) << "a: 5\n";
  EXPECT_EQ(read_yaml(path).find("a")->integer, 5);
  try {
    read_yaml("no/such.yaml");
    FAIL();
  } catch (const FileError& error) {
    EXPECT_STREQ(error.what(), "no/such.yaml: cannot open: No such file or directory");
  }
  try {
    read_yaml("/");
    FAIL();
  } catch (const FileError& error) {
    EXPECT_STREQ(error.what(), "/: cannot read: Is a directory");
  }
}

}  // namespace
}  // namespace tenon::train
