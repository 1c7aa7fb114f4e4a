#include "tenon/data/csv.h"

#include <cmath>

#include "tenon/data/datasets.h"
#include "tenon/tests/data/files.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

using data::CsvFile;
using Texts = std::vector<std::string>;

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
