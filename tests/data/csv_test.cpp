#include "tenon/data/csv.h"

#include <cmath>

#include "tenon/data/datasets.h"
#include "tenon/tests/data/files.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

using data::CsvFile;
using Texts = std::vector<std::string>;

namespace {

/// What a table hands on to another.
struct Conventions {
  Texts features = {}, classes = {};
  data::Target target_is = data::Target::automatic;
  Count columns = 0;

  using O = Conventions;
  using fields = Fields<&O::features, &O::classes, &O::target_is, &O::columns>;
};
Conventions conventions_of(const data::DatasetPtr& set) {
  const ConfigValue all = set->conventions();
  return from_config<Conventions>(ConfigReader(all));
}

}  // namespace

TEST(Csv, ReadsColumns) {
  const CsvFile file(write_bytes("a.csv",
                                 "\xef\xbb\xbfname, age ,\"a \"\"b\"\"\",\n"
                                 "\"Ada, L.\",36,-1.5e2,x\r\n"
                                 "\r\n"
                                 "\"two\nlines\" , +4 ,?,y\n"
                                 " Bob ,NaN,\" 7\",\"\""));
  EXPECT_EQ(file.names(), (Texts{"name", "age", "a \"b\"", "4"}));
  EXPECT_EQ(file.rows(), 3);
  EXPECT_EQ(file.texts(0), (Texts{"Ada, L.", "two\nlines", "Bob"}));
  EXPECT_EQ(file.texts(3), (Texts{"x", "y", ""}));
  const std::vector<double> age = values(file.numbers(1)), b = values(file.numbers(2));
  EXPECT_EQ(age[0], 36);
  EXPECT_EQ(age[1], 4);
  EXPECT_TRUE(std::isnan(age[2]) && file.is_missing(2, 1));
  EXPECT_EQ(b[0], -150);
  EXPECT_TRUE(std::isnan(b[1]) && file.is_missing(1, 2));
  EXPECT_EQ(b[2], 7);
  EXPECT_FALSE(file.is_missing(2, 3)) << "empty, but quoted";
  EXPECT_TRUE(file.is_numeric(1));
  EXPECT_FALSE(file.is_numeric(0));
}

TEST(Csv, OtherFormats) {
  const CsvFile file(write_bytes("a.tsv", "1\t\t3\n4\t5\t6\n"), {.separator = '\t', .header = false});
  EXPECT_EQ(file.names(), (Texts{"1", "2", "3"}));
  EXPECT_EQ(values(file.numbers(2)), (std::vector<double>{3, 6}));
  EXPECT_TRUE(file.is_missing(0, 1));
}

TEST(Csv, NamesTheFieldThatIsWrong) {
  const auto expect = [](const std::string& bytes, const std::string& what) {
    const std::string path = write_bytes("bad.csv", bytes);
    expect_error<FileError>([&] { CsvFile(path).numbers(1); }, path + what);
  };
  expect("", ": the file is empty");
  expect("\n\n", ": the file is empty");
  expect("a,b\n1,2\n\n3\n", ":4:1: expected 2 fields, got 1");
  expect("a,b\n1,2,3\n", ":2:1: expected 2 fields, got 3");
  expect("a,b\n1,\"2\n3,4\n", ":2:3: the quoted field does not end");
  expect("a,b\n1,\"2\"3\n", ":2:6: expected ',' or the end of the line behind a quoted field");
  expect("a,b,a\n", ":1:5: a second column is called a");
  expect("a,b\n\"x\ny\",2\n1, two\n", ":4:4: column b: expected a number, got \"two\"");
  expect("a,b\n1,1e999\n", ":2:3: column b: expected a number, got \"1e999\"");
  const std::string path = write_bytes("names.csv", "age,income\n1,2\n");
  expect_error<ValueError>([&] { CsvFile(path).column("incme"); },
                           path + ": there is no column \"incme\"; did you mean \"income\"?");
  expect_error<FileError>([] { CsvFile("/nonexistent"); }, "/nonexistent: cannot open: No such file or directory");
}

TEST(Csv, Labels) {
  const CsvFile file(write_bytes("a.csv", "text,number,hole\nb,10,x\na,9,\nb,1,x\n"));
  const data::Labels text = file.labels(0), number = file.labels(1), hole = file.labels(2);
  EXPECT_EQ(text.names, (Texts{"a", "b"}));
  EXPECT_EQ(values(text.classes), (std::vector<double>{1, 0, 1}));
  EXPECT_EQ(number.names, (Texts{"1", "9", "10"}));
  EXPECT_EQ(values(number.classes), (std::vector<double>{2, 1, 0}));
  EXPECT_EQ(values(hole.classes), (std::vector<double>{0, -1, 0}));
  EXPECT_EQ(values(file.labels(0, {"b", "a"}).classes), (std::vector<double>{0, 1, 0}));
  expect_error<FileError>(
      [&] {
        file.labels(0, {"a", "birds"});
      },
      test_path("a.csv") + ":2:1: column text: unknown class \"b\"; known: a, birds");
}

TEST(CsvSet, Numbers) {
  const std::string path = write_bytes("a.csv", "x,y,z\n1,2,3\n4,5,6\n");
  auto set = data::csv({.path = path, .target = "y"});
  EXPECT_EQ(values(set->get(1, {})["input"]), (std::vector<double>{4, 6}));
  EXPECT_EQ(set->get(1, {})["input"].dtype(), float32);
  EXPECT_EQ(set->get(1, {})["target"].shape(), Shape({1}));
  EXPECT_EQ(values(set->get(1, {})["target"]), (std::vector<double>{5}));
  set = data::csv({.path = path, .target = "y", .features = {"z", "x"}});
  EXPECT_EQ(values(set->get(0, {})["input"]), (std::vector<double>{3, 1}));
  set = data::csv({.path = path, .target = "y", .target_is = data::Target::classes});
  EXPECT_EQ(set->class_names(), (Texts{"2", "5"}));
  expect_error<ValueError>([&] { data::csv({.path = path, .target = "y", .features = {"xx"}}); },
                           path + ": there is no column \"xx\"; did you mean \"x\"?");
  expect_error<ValueError>([&] { data::csv({.path = path, .target = "y", .separator = ";;"}); },
                           "separator: expected one character, got \";;\"");
}

TEST(CsvSet, ClassesAndMissingValues) {
  const std::string path = write_bytes("a.csv", "x,kind\n1,cat\n,dog\n3,dog\n4,?\n");
  expect_error<FileError>([&] { data::csv({.path = path, .target = "kind"}); },
                          path + ":3:1: column x: the value is missing; `missing: drop` leaves such rows out");
  const auto set = data::csv({.path = path, .target = "kind", .missing = data::Missing::drop});
  EXPECT_EQ(set->size(), 2);
  EXPECT_EQ(set->class_names(), (Texts{"cat", "dog"}));
  EXPECT_EQ(values(set->get(1, {})["input"]), (std::vector<double>{3}));
  EXPECT_EQ(set->get(1, {})["target"].item<int>(), 1);
  EXPECT_EQ(set->get(1, {})["target"].dtype(), int64);
}

TEST(CsvSet, AClassMayBeCalledWhatIsMissingElsewhere) {
  const std::string path = write_bytes("a.csv", "x,country\n1,NA\n2,EU\n3,?\n");
  const auto set =
      data::csv({.path = path, .target = "country", .classes = {"EU", "NA"}, .missing = data::Missing::drop});
  ASSERT_EQ(set->size(), 2);
  EXPECT_EQ(set->get(0, {})["target"].item<int>(), 1);
  EXPECT_EQ(set->get(1, {})["target"].item<int>(), 0);
  expect_error<FileError>(
      [&] {
        data::csv({.path = path, .target = "country", .classes = {"EU", "NA"}});
      },
      path + ":4:3: column country: the value is missing; `missing: drop` leaves such rows out");
}

TEST(CsvSet, AnotherTableGoesByTheNamesOfTheFirst) {
  const auto numbers = data::csv({.path = write_bytes("a.csv", "x,y,z\n1,2,3\n"), .target = "y"});
  EXPECT_EQ(conventions_of(numbers).features, (Texts{"x", "z"}));
  EXPECT_EQ(conventions_of(numbers).target_is, data::Target::number);
  EXPECT_EQ(conventions_of(numbers).columns, 0);
  const auto classes =
      data::csv({.path = write_bytes("b.csv", "1;b;2\n3;a;4\n"), .target = "2", .separator = ";", .header = false});
  EXPECT_EQ(conventions_of(classes).features, (Texts{"1", "3"}));
  EXPECT_EQ(conventions_of(classes).target_is, data::Target::classes);
  EXPECT_EQ(conventions_of(classes).classes, (Texts{"a", "b"}));
  EXPECT_EQ(conventions_of(classes).columns, 3);
  // They stay with the set, whatever is put before it.
  const auto same = [](const data::Sample& sample) { return sample; };
  const data::DatasetPtr behind = data::cache(data::transform_batch(
      data::transform(data::subset(numbers, {0}), [](auto sample, auto) { return sample; }), same));
  EXPECT_EQ(behind->conventions(), numbers->conventions());
}

TEST(CsvSet, WithoutAHeaderTheColumnsAreCounted) {
  const std::string path = write_bytes("a.csv", "1,2,3\n4,5,6\n");
  const auto options = [&](int64_t columns) {
    return data::CsvOptions{.path = path, .target = "3", .header = false, .columns = columns};
  };
  EXPECT_EQ(values(data::csv(options(3))->get(1, {})["input"]), (std::vector<double>{4, 5}));
  expect_error<FileError>([&] { data::csv(options(4)); }, path + ": expected 4 columns, got 3");
}

TEST(CsvSet, WhatIsNamedTwice) {
  const std::string path = write_bytes("a.csv", "a,b,y\n1,2,3\n");
  expect_error<ValueError>(
      [&] {
        data::csv({.path = path, .target = "y", .features = {"a", "y"}});
      },
      "features: \"y\" is the target");
  expect_error<ValueError>(
      [&] {
        data::csv({.path = path, .target = "y", .features = {"a", "b", "a"}});
      },
      "features: \"a\" is named twice");
  expect_error<ValueError>(
      [&] {
        data::csv({.path = path, .target = "y", .classes = {"3", "3"}});
      },
      "classes: \"3\" is named twice");
}

TEST(CsvFeatures, AreFoundByName) {
  const data::CsvOptions known{
      .path = write_bytes("a.csv", "more,b,a\nx,2,1\n,4,3\n"), .target = "y", .features = {"a", "b"}};
  const data::Features table = data::csv_features(known);
  EXPECT_EQ(table.names, (Texts{"a", "b"}));
  EXPECT_EQ(values(table.rows), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(table.rows.dtype(), float32);
  const std::string lacks = write_bytes("b.csv", "a,bb,y\n1,2,3\n");
  expect_error<ValueError>(
      [&] {
        data::csv_features({.path = lacks, .target = "y", .features = {"a", "b"}});
      },
      lacks + ": there is no column \"b\"; did you mean \"bb\"?");
  // Nothing said: all but the target.
  EXPECT_EQ(data::csv_features({.path = lacks, .target = "y"}).names, (Texts{"a", "bb"}));
}

TEST(CsvFeatures, KeepEveryRow) {
  const std::string path = write_bytes("a.csv", "a,b,y\n1,2,cat\n3,,cat\n5,6,\n7,8,bird\n");
  data::CsvOptions options{
      .path = path, .target = "y", .features = {"a", "b"}, .classes = {"cat"}, .missing = data::Missing::drop};
  const Array rows = data::csv_features(options).rows;
  EXPECT_EQ(rows.shape(), Shape({4, 2}));
  EXPECT_TRUE(std::isnan(values(rows)[3]));
  EXPECT_EQ(values(rows)[7], 8);
  options.missing = data::Missing::error;
  expect_error<FileError>([&] { data::csv_features(options); }, path + ":3:3: column b: the value is missing");
  options.path = write_bytes("b.csv", "a,b\n");
  expect_error<FileError>([&] { data::csv_features(options); }, test_path("b.csv") + ": there are no rows");
}

TEST(CsvFeatures, WithoutAHeaderGoByPosition) {
  const auto rows = [](const std::string& text) {
    return values(
        data::csv_features(
            {.path = write_bytes("a.csv", text), .target = "2", .features = {"3", "1"}, .header = false, .columns = 3})
            .rows);
  };
  EXPECT_EQ(rows("1,?,3\n4,x,6\n"), (std::vector<double>{3, 1, 6, 4}));
  EXPECT_EQ(rows("1,3\n4,6\n"), (std::vector<double>{3, 1, 6, 4}));  // the target is not there
  for (const char* wrong : {"1\n", "1,2,3,4\n"}) {
    expect_error<FileError>([&] { rows(wrong); },
                            test_path("a.csv") + ": expected 3 columns, got " + (wrong[1] == ',' ? "4" : "1"));
  }
}

TEST(CsvSet, ByNameInAConfig) {
  ConfigValue config = ConfigValue::make_map();
  config.add("type", ConfigValue::make_string("csv"));
  config.add("path", ConfigValue::make_string(write_bytes("a.csv", "x,y\n1,2\n")));
  config.add("target", ConfigValue::make_string("y"));
  EXPECT_EQ(data::datasets().make(ConfigReader(config))->size(), 1);
  config.find("type")->text = "cvs";
  expect_error<ConfigError>([&] { data::datasets().make(ConfigReader(config)); },
                            "type: unknown data set \"cvs\"; did you mean \"csv\"?");
}

}  // namespace tenon::testing
