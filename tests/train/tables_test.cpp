// Runs on tables: what the columns, the classes and the model's outputs have to do with each other.
#include <cmath>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tenon/core/ops/layout.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/run.h"
#include "tenon/train/trained_model.h"

namespace tenon::train {
namespace {

using testing::expect_error;
using testing::values;

class Tables : public ::testing::Test {
 protected:
  /// Trains on `train.csv` and returns the run's directory.
  std::string run_on(const std::string& options, int outputs, const std::string& loss = "MSELoss",
                     const std::string& test = "") {
    const std::string config =
        directory_.write("a.yaml", "data:\n  train: {type: csv, path: train.csv, " + options + "}\n" +
                                       (test.empty() ? "" : "  test: {type: csv, path: test.csv, " + test + "}\n") +
                                       "model: [{type: Linear, in: 2, out: " + std::to_string(outputs) +
                                       "}]\nloss: " + loss + "\noptimizer: {type: SGD, lr: 0.1}\nepochs: 3\n");
    return run(config, directory_.file("run" + std::to_string(++runs_))).directory;
  }
  void expect_no_run(const std::string& options, int outputs, const std::string& loss, const std::string& error,
                     const std::string& test = "") {
    expect_error<ConfigError>([&] { run_on(options, outputs, loss, test); }, error);
    EXPECT_FALSE(std::filesystem::exists(directory_.file("run" + std::to_string(runs_))));
  }
  std::string file(const std::string& name) const { return directory_.file(name); }
  void write(const std::string& name, const std::string& content) const { directory_.write(name, content); }

  const testing::TemporaryDirectory directory_;
  int runs_ = 0;
};

constexpr const char* numbers = "a,b,y\n1,20,3\n2,10,1\n4,50,9\n";
constexpr const char* kinds = "a,b,y\n1,2,cat\n2,1,dog\n4,5,cat\n";
const std::string no_fit = "model and data do not fit together: ";

TEST_F(Tables, ColumnsAreFoundByName) {
  write("train.csv", numbers);
  write("test.csv", "note,y,b,a\n?,3,20,1\n?,1,10,2\n?,9,50,4\n");
  const std::string directory = run_on("target: y", 1, "MSELoss", "target: y");
  TrainedModel model = TrainedModel::open(directory);
  // The same rows in another order of columns: the same loss.
  const double test = model.evaluate().loss;
  std::string config = testing::content_of(directory + "/config.yaml");
  EXPECT_NE(config.find("features: [a, b]"), config.npos) << config;
  const size_t at = config.find("test.csv");
  ASSERT_NE(at, config.npos) << config;
  config.replace(at, 8, "train.csv");
  std::ofstream(directory + "/config.yaml") << config;
  EXPECT_EQ(TrainedModel::open(directory).evaluate().loss, test);

  write("new.csv", "b,extra,a\n20,x,1\n10,y,2\n");
  const data::Features table = model.read_table(file("new.csv"));
  EXPECT_EQ(table.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(values(table.rows), (std::vector<double>{1, 20, 2, 10}));
  write("lacks.csv", "b,aa\n1,2\n");
  expect_error<ValueError>([&] { model.read_table(file("lacks.csv")); },
                           file("lacks.csv") + ": there is no column \"a\"; did you mean \"aa\"?");
  // A run of a run's config says the same.
  EXPECT_EQ(testing::content_of(run(directory + "/config.yaml", file("again")).directory + "/config.yaml"), config);
}

TEST_F(Tables, ATestSetWithoutAColumnIsRefused) {
  write("train.csv", numbers);
  write("test.csv", "a,c,y\n1,20,3\n");
  expect_no_run("target: y", 1, "MSELoss",
                file("a.yaml") + ":3:9: data.test: " + file("test.csv") + ": there is no column \"b\"; known: a, c, y",
                "target: y");
}

TEST_F(Tables, WithoutAHeaderTheColumnsAreCounted) {
  write("train.csv", "1,20,3\n2,10,1\n");
  write("test.csv", "1,20,3,4\n2,10,1,5\n");
  const std::string options = "target: '3', header: false";
  expect_no_run(options, 1, "MSELoss",
                file("a.yaml") + ":3:9: data.test: " + file("test.csv") + ": expected 3 columns, got 4", options);
  const TrainedModel model = TrainedModel::open(run_on(options, 1));
  EXPECT_EQ(model.read_table(file("train.csv")).rows.size(0), 2);
  expect_error<FileError>([&] { model.read_table(file("test.csv")); },
                          file("test.csv") + ": expected 3 columns, got 4");
}

TEST_F(Tables, ATestSetHasTheClassesOfTheTrainingSet) {
  write("train.csv", kinds);
  write("test.csv", "a,b,y\n1,2,dog\n");
  TrainedModel model = TrainedModel::open(run_on("target: y", 2, "CrossEntropyLoss", "target: y"));
  EXPECT_EQ(model.config().data.value.class_names, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(model.evaluate().samples, 1);
  const std::string here = file("a.yaml") + ":3:9: data.test: ";
  write("test.csv", "a,b,y\n1,2,dog\n1,2,bird\n");
  expect_no_run("target: y", 2, "CrossEntropyLoss",
                here + file("test.csv") + ":3:5: column y: unknown class \"bird\"; known: cat, dog", "target: y");
  expect_no_run("target: y", 2, "CrossEntropyLoss",
                here +
                    "its classes are not those of data.train; only in data.test: bird; only in data.train: cat; both "
                    "need the same classes in the same order",
                "target: y, classes: [dog, bird]");
  write("test.csv", "a,b,y\n1,2,dog\n");
  expect_no_run("target: y", 2, "CrossEntropyLoss",
                here +
                    "its classes are not those of data.train; their order differs: dog, cat and cat, dog; both need "
                    "the same classes in the same order",
                "target: y, classes: [dog, cat]");
}

TEST_F(Tables, PredictionNeedsTheFeaturesAlone) {
  write("train.csv", kinds);
  TrainedModel model = TrainedModel::open(run_on("target: y, missing: drop", 2, "CrossEntropyLoss"));
  write("new.csv", "a,b,y\n1,2,bird\n3,,cat\n4,5,\n");
  const Array rows = model.read_table(file("new.csv")).rows;
  ASSERT_EQ(rows.shape(), Shape({3, 2}));
  EXPECT_EQ(values(select(rows, 0, 2)), (std::vector<double>{4, 5}));
  EXPECT_TRUE(std::isnan(values(rows)[3]));
}

TEST_F(Tables, NumbersAreNoClasses) {
  write("train.csv", numbers);
  const std::string hint = no_fit +
                           "the target is a number, but classes are learnt (CrossEntropyLoss); if its numbers "
                           "are classes, say `target_is: classes` in data.train";
  expect_no_run("target: y", 1, "CrossEntropyLoss", hint);
  expect_no_run("target: y", 3, "CrossEntropyLoss", hint);
  expect_no_run("target: y, target_is: classes", 1, "CrossEntropyLoss",
                no_fit + "the model has 1 output, but there are 3 classes: 1, 3, 9");
  run_on("target: y, target_is: classes", 3, "CrossEntropyLoss");
}

TEST_F(Tables, AsManyOutputsAsClasses) {
  write("train.csv", kinds);
  for (const char* outputs : {"1", "3"}) {
    expect_no_run("target: y", std::stoi(outputs), "CrossEntropyLoss",
                  no_fit + "the model has " + outputs + (*outputs == '1' ? " output" : " outputs") +
                      ", but there are 2 classes: cat, dog");
  }
  write("train.csv", "a,b,y\n1,2,cat\n2,1,cat\n");
  expect_no_run("target: y", 1, "CrossEntropyLoss", no_fit + "the model has 1 output, but classes need one each");
}

}  // namespace
}  // namespace tenon::train
