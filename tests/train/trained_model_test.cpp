#include "tenon/train/trained_model.h"

#include <atomic>
#include <filesystem>

#include "blobs.h"
#include <gtest/gtest.h>

#include "tenon/core/determinism.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/random.h"
#include "tenon/data/image.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/run.h"

namespace tenon::train {
namespace {

using testing::expect_error;
using testing::TemporaryDirectory;

/// A run on two black and two white images.
std::string run_on_images(const TemporaryDirectory& directory) {
  for (const char* kind : {"black", "white"}) {
    std::filesystem::create_directories(directory.file(std::string("images/") + kind));
    for (const char* name : {"/1.png", "/2.png"}) {
      data::write_image(directory.file(std::string("images/") + kind + name),
                        full({4, 4, 3}, kind[0] == 'b' ? 0 : 255, uint8));
    }
  }
  const std::string config =
      directory.write("a.yaml", "data:\n  train: {type: image_folder, folder: " + directory.file("images") +
                                    "}\n  transforms: [to_chw]\n"
                                    "model: [Flatten, {type: Linear, in: 48, out: 2}]\n"
                                    "loss: CrossEntropyLoss\n"
                                    "optimizer: {type: SGD, lr: 0.1}\nepochs: 20\n");
  return run(config, directory.file("run")).directory;
}

TEST(TrainedModel, TakesAConfigThatSomebodyHasShortened) {
  const TemporaryDirectory directory;
  const std::string run = run_on_images(directory);
  std::string config = testing::content_of(run + "/config.yaml");
  const size_t at = config.find("type: to_chw");
  ASSERT_NE(at, config.npos) << config;
  config.replace(at, 12, "to_chw");
  directory.write("run/config.yaml", config);
  TrainedModel model = TrainedModel::open(run);
  data::write_image(directory.file("b.png"), full({6, 6, 3}, 255, uint8));
  EXPECT_EQ(model.classify(model.read_image(directory.file("b.png")))[0].name, "white");
}

TEST(TrainedModel, LeavesTheProcessAsItIs) {
  const TemporaryDirectory directory;
  const std::string run = run_on_images(directory);
  manual_seed(5);
  set_deterministic(true);
  const RandomKey before = default_generator().state();
  TrainedModel::open(run);
  EXPECT_EQ(default_generator().state().offset, before.offset);
  EXPECT_TRUE(deterministic());
  set_deterministic(false);
}

TEST(TrainedModel, ComputesInThePrecisionOfTheRun) {
  const TemporaryDirectory directory;
  const std::string images = run_on_images(directory);
  const auto trained = [&](const std::string& precision) {
    return TrainedModel::open(
        run(images + "/config.yaml", directory.file(precision), {"precision=" + precision}).directory);
  };
  TrainedModel wide = trained("fp32"), low = trained("bf16");
  EXPECT_EQ(load(low.weights())[0].second.dtype(), float32);
  EXPECT_EQ(low.config().precision, "bf16");
  const Array input = full({4, 4, 3}, 255, uint8);
  const Array outputs = low.outputs(input);
  EXPECT_EQ(outputs.dtype(), float32);
  EXPECT_TRUE(all(outputs == outputs.to(bfloat16).to(float32)).item<bool>());
  EXPECT_FALSE(all(wide.outputs(input) == wide.outputs(input).to(bfloat16).to(float32)).item<bool>());
  EXPECT_EQ(low.evaluate().accuracy, 1);
}

/// Labels 0, 1, 2, ... of classes without names.
class Labels : public data::Dataset {
 public:
  using Options = testing::SizeOptions;
  explicit Labels(Options options) : size_(options.size) {}
  int64_t size() const override { return size_; }
  data::Sample get(int64_t i, const data::Draw&) const override {
    return {{"input", zeros({1})}, {"target", full({}, i, int64)}};
  }
  Array targets() const override { return arange(0, size_); }

 private:
  int64_t size_;
};

/// Images of two sizes, one after the other, of three classes without names. They count how often one is read.
class Pictures : public data::Dataset {
 public:
  using Options = testing::SizeOptions;
  explicit Pictures(Options options) : size_(options.size) { read = 0; }
  int64_t size() const override { return size_; }
  data::Sample get(int64_t i, const data::Draw&) const override {
    ++read;
    return {{"input", full({4 + i % 2, 6, 1}, i, uint8)}, {"target", full({}, i % 3, int64)}};
  }
  static inline std::atomic<int64_t> read = 0;

 private:
  int64_t size_;
};

/// Trains on 20 of them for one epoch.
RunResult run_on_pictures(const TemporaryDirectory& directory, int outputs) {
  data::datasets().add<Pictures>("Pictures");
  return run(directory.write("a.yaml",
                             "data: {train: {type: Pictures, size: 20}, batch_size: 10,\n"
                             "       transforms: [{type: resize, size: 3}, to_chw]}\n"
                             "model: [Flatten, {type: Linear, in: 9, out: " +
                                 std::to_string(outputs) +
                                 "}]\n"
                                 "loss: CrossEntropyLoss\noptimizer: SGD\nepochs: 1\n"),
             directory.file("run"));
}

TEST(Run, SamplesOfSeveralSizesAreResized) {
  const TemporaryDirectory directory;
  EXPECT_EQ(run_on_pictures(directory, 3).training.epochs.size(), 1u);
  // Before the epoch the first one alone is read, a few times.
  EXPECT_LT(Pictures::read, 20 + 10);
}

TEST(Run, LabelsThatAreNotAtHandAreLeftToTheLoss) {
  const TemporaryDirectory directory;
  EXPECT_THROW(run_on_pictures(directory, 2), IndexError);
  EXPECT_TRUE(std::filesystem::exists(directory.file("run")));
}

TEST(Run, RefusesLabelsThatTheModelHasNoOutputFor) {
  data::datasets().add<Labels>("Labels");
  const TemporaryDirectory directory;
  const auto train = [&](int training, int test, const std::string& more) {
    run(directory.write("a.yaml", "data: {train: {type: Labels, size: " + std::to_string(training) +
                                      "}, test: {type: Labels, size: " + std::to_string(test) + "}" + more +
                                      "}\n"
                                      "model: [{type: Linear, in: 1, out: 4}]\n"
                                      "loss: {type: CrossEntropyLoss, ignore_index: 7}\n"
                                      "optimizer: SGD\nepochs: 1\n"),
        directory.file("run"));
  };
  const std::string outputs = "model and data do not fit together: the model has 4 outputs, ";
  expect_error<ConfigError>([&] { train(5, 4, ""); },
                            outputs + "for the classes 0 to 3, but data.train has the class 4 (sample 4)");
  expect_error<ConfigError>([&] { train(4, 1500, ", workers: 1"); },
                            outputs + "for the classes 0 to 3, but data.test has the class 4 (sample 4)");
  expect_error<ConfigError>([&] { train(4, 4, ", class_names: [a, b]"); }, outputs + "but there are 2 classes: a, b");
  expect_error<ConfigError>([&] { train(4, 4, ", class_names: [a, b, c, d, e, f, g, h, i, j, k, l]"); },
                            outputs + "but there are 12 classes: a, b, c, d, e, f, g, h, i, j and 2 more");
  EXPECT_FALSE(std::filesystem::exists(directory.file("run")));
  train(4, 3, ", class_names: [a, b, c, d]");
}

TEST(Run, LabelsThatAreIgnoredNeedNoOutput) {
  data::datasets().add<Labels>("Labels");
  const TemporaryDirectory directory;
  run(directory.write("a.yaml",
                      "data: {train: {type: Labels, size: 3}}\n"
                      "model: [{type: Linear, in: 1, out: 2}]\n"
                      "loss: {type: CrossEntropyLoss, ignore_index: 2}\n"
                      "optimizer: SGD\nepochs: 1\n"),
      directory.file("run"));
}

TEST(Run, RefusesALossThatIsNotOneNumber) {
  testing::register_test_sets();
  const TemporaryDirectory directory;
  const std::string config = directory.write("a.yaml",
                                             "data: {train: Line}\n"
                                             "model: [{type: Linear, in: 1, out: 1}]\n"
                                             "loss: {type: MSELoss, reduction: none}\n"
                                             "optimizer: SGD\n");
  expect_error<ConfigError>([&] { run(config, directory.file("run")); },
                            config + ":3:34: loss.reduction must be mean or sum, got none");
  EXPECT_FALSE(std::filesystem::exists(directory.file("run")));
}

}  // namespace
}  // namespace tenon::train
