#include "tenon/train/config/train_config.h"

#include "blobs.h"
#include <gtest/gtest.h>

#include "tenon/nn/layers.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/config/yaml.h"

namespace tenon::train {
namespace {

using testing::expect_error;
using testing::TemporaryDirectory;

constexpr const char* plain = R"(data:
  train: {type: Blobs, size: 96}
  test: Blobs
model:
  - {type: Linear, in: 2, out: 8}
  - ReLU
  - {type: Linear, in: 8, out: 3}
loss: CrossEntropyLoss
optimizer: {type: SGD, lr: 0.1}
)";

class TrainConfigTest : public ::testing::Test {
 protected:
  TrainConfigTest() { testing::register_test_sets(); }

  TrainConfig read(const std::string& yaml, const std::vector<std::string>& overrides = {}) const {
    return read_train_config(directory_.write("a.yaml", yaml), overrides);
  }
  /// `plain` with one text replaced by another has to fail with this error.
  void expect(const std::string& from, const std::string& to, const std::string& error) const {
    std::string yaml = plain;
    const size_t at = yaml.find(from);
    ASSERT_NE(at, yaml.npos);
    yaml.replace(at, from.size(), to);
    expect_error<ConfigError>([&] { read(yaml); }, directory_.file("a.yaml") + error);
  }

  TemporaryDirectory directory_;
};

TEST_F(TrainConfigTest, ReadsPartsByName) {
  const TrainConfig config = read(plain, {"epochs=3", "optimizer.lr=0.5", "model.0.out=9"});
  EXPECT_EQ(config.epochs, 3);
  EXPECT_EQ(config.model.value.items.size(), 3u);
  EXPECT_EQ(config.optimizer.value.find("lr")->real, 0.5);
  EXPECT_EQ(config.model.value.items[0].find("out")->integer, 9);
}

TEST_F(TrainConfigTest, ResolvedIsReadBackTheSame) {
  const std::string resolved = to_yaml(resolve(read(std::string(plain) + "schedule: CosineAnnealingLR\n")));
  EXPECT_NE(resolved.find("T_max: 10"), resolved.npos) << resolved;
  EXPECT_NE(resolved.find("momentum: 0.0"), resolved.npos) << resolved;
  EXPECT_EQ(to_yaml(resolve(read(resolved))), resolved);
}

TEST_F(TrainConfigTest, UnknownKey) {
  expect("optimizer:", "optimiser:", ":9:1: unknown key \"optimiser\"; did you mean \"optimizer\"?");
  expect("lr: 0.1", "learning: 0.1",
         ":9:24: unknown key \"learning\" in optimizer; known: lr, momentum, dampening, weight_decay, nesterov");
  expect("out: 8", "outs: 8", ":5:27: unknown key \"outs\" in model.0; did you mean \"out\"?");
}

TEST_F(TrainConfigTest, MissingKey) {
  expect("loss: CrossEntropyLoss\n", "", ":1:1: missing key \"loss\"");
  expect("in: 2, ", "", ":5:5: missing key \"in\" in model.0");
}

TEST_F(TrainConfigTest, WrongType) {
  expect("lr: 0.1", "lr: fast", ":9:28: optimizer.lr: expected a number, got the text \"fast\"");
  expect("size: 96", "size: 9.5", ":2:30: data.train.size: expected an integer, got 9.5");
  expect("model:", "epochs: many\nmodel:", ":4:9: epochs: expected an integer, got the text \"many\"");
}

TEST_F(TrainConfigTest, NegativeSize) {
  expect("out: 8", "out: -8", ":5:32: model.0.out: expected at least 1, got -8");
  expect("size: 96", "size: -1", ":2:30: data.train.size: expected at least 0, got -1");
  expect("  test: Blobs", "  batch_size: 0", ":3:15: data.batch_size: expected at least 1, got 0");
}

TEST_F(TrainConfigTest, UnknownParts) {
  expect("- ReLU", "- Relu", ":6:5: model.1: unknown layer \"Relu\"; did you mean \"ReLU\"?");
  expect("type: Linear, in: 2", "type: Linea, in: 2",
         ":5:12: model.0.type: unknown layer \"Linea\"; did you mean \"Linear\"?");
  expect("loss: CrossEntropyLoss", "loss: CrossEntropy",
         ":8:7: loss: unknown loss \"CrossEntropy\"; did you mean \"CrossEntropyLoss\"?");
  expect("type: SGD", "type: Sdg", ":9:19: optimizer.type: unknown optimizer \"Sdg\"; did you mean \"SGD\"?");
  expect("  test: Blobs", "  test: Blob", ":3:9: data.test: unknown data set \"Blob\"; did you mean \"Blobs\"?");
}

TEST_F(TrainConfigTest, Overrides) {
  const auto error = [&](const std::string& assignment, const std::string& text) {
    expect_error<ConfigError>([&] { read(plain, {assignment}); }, "--set " + assignment + ": " + text);
  };
  error("optimizr.lr=1", "unknown key \"optimizr\"; did you mean \"optimizer\"?");
  error("model.7.out=1", "model is a list: expected an index from 0 to 2, got \"7\"");
  error("loss.x.y=1", "loss is the text \"CrossEntropyLoss\", it has no \"x\"");
  error("clip_grad_norm=high", "clip_grad_norm: expected a number, got the text \"high\"");
}

TEST_F(TrainConfigTest, OptionsThatAreNoneAreShownAtTheirPlace) {
  expect("lr: 0.1", "lr: -1", ":9:28: optimizer.lr must not be negative, got -1");
  expect("type: SGD, lr: 0.1", "type: AdamW, beta1: 1", ":9:33: optimizer.beta1 must lie in [0, 1), got 1");
  expect("- ReLU", "- {type: MaxPool2d, kernel: -2}", ":6:31: model.1.kernel must be positive, got -2");
  expect("- ReLU", "- {type: MaxPool2d, kernel: 2, stride: 0}", ":6:42: model.1.stride must be positive, got 0");
  expect("- ReLU", "- {type: AvgPool2d, kernel: [2, 0]}", ":6:31: model.1.kernel must be positive, got [2, 0]");
  expect("- ReLU", "- {type: AdaptiveAvgPool2d, size: 0}", ":6:37: model.1.size must be positive, got 0");
  expect("- ReLU", "- {type: Dropout, p: 2}", ":6:24: model.1.p must lie in [0, 1], got 2");
  expect("lr: 0.1", "lr: 0.1, nesterov: true", ":9:43: optimizer.nesterov needs a momentum and no dampening");
  expect_error<ConfigError>([&] { read(plain, {"optimizer.lr=-1"}); },
                            "--set optimizer.lr=-1: optimizer.lr must not be negative, got -1");
  expect_error<ConfigError>([&] { read(plain, {"clip_grad_norm=0"}); },
                            "--set clip_grad_norm=0: clip_grad_norm must be positive, got 0");
  expect("loss:", "device: gpu\nloss:", ":8:9: device: there is no \"gpu\"; write cpu, cuda, cuda:1 or auto");
  expect("loss:", "precision: bf15\nloss:", ":8:12: precision: unknown dtype \"bf15\"; did you mean \"bf16\"?");
  expect_error<ConfigError>(
      [&] { read(plain, {"precision=half"}); },
      "--set precision=half: precision: unknown dtype \"half\"; known: float32, bfloat16, float16, "
      "fp32, bf16, fp16");
}

TEST_F(TrainConfigTest, PrecisionHasSeveralNames) {
  for (const char* name : {"float32", "fp32"}) EXPECT_EQ(precision_named(name), float32);
  for (const char* name : {"bfloat16", "bf16"}) EXPECT_EQ(precision_named(name), bfloat16);
  for (const char* name : {"float16", "fp16"}) EXPECT_EQ(precision_named(name), float16);
  EXPECT_EQ(read(plain, {"precision=fp16"}).precision, "fp16");
  EXPECT_EQ(read(plain).precision, "float32");
}

TEST_F(TrainConfigTest, OptionsOfSetsAndTransforms) {
  const auto transforms = [&](const std::string& step, const std::string& error) {
    expect("  test: Blobs", "  transforms: [" + step + "]", ":3:" + error);
  };
  transforms("{type: resize, size: 0}", "37: data.transforms.0.size must be positive, got 0");
  transforms("to_chw, {type: resize, size: [4, -1]}", "45: data.transforms.1.size must be positive, got [4, -1]");
  transforms("{type: center_crop, size: 0}", "42: data.transforms.0.size must be positive, got 0");
  transforms("{type: random_crop, size: -2}", "42: data.transforms.0.size must be positive, got -2");
  transforms("{type: random_crop, size: 4, padding: -1}", "54: data.transforms.0.padding: expected at least 0, got -1");
  transforms("{type: random_crop, size: [4, 8], padding: 4}",
             "59: data.transforms.0.padding must be below size, got 4 for [4, 8]");
  transforms("{type: random_flip, probability: -1}", "49: data.transforms.0.probability must be from 0 to 1, got -1");
  transforms("{type: normalize, mean: [1], std: [0]}", "50: data.transforms.0.std must be positive, got 0");
  transforms("{type: normalize, mean: [1, 2], std: [1]}", "16: data.transforms.0: 2 values of mean, but 1 of std");
  const auto set = [&](const std::string& options, const std::string& error) {
    expect("{type: Blobs, size: 96}", "{" + options + "}", ":2:" + error);
  };
  set("type: image_folder, folder: /, channels: 2", "52: data.train.channels must be 1, 3 or 4, got 2");
  set("type: csv, path: /a, target: y, separator: ab", "54: data.train.separator: expected one character, got \"ab\"");
  set("type: csv, path: /a, target: y, features: [x, y]", "53: data.train.features: \"y\" is the target");
  set("type: csv, path: /a, target: y, features: [x, x]", "53: data.train.features: \"x\" is named twice");
  set("type: csv, path: /a, target: y, classes: [x, x]", "52: data.train.classes: \"x\" is named twice");
  set("type: csv, path: /a, target: y, columns: -1", "52: data.train.columns: expected at least 0, got -1");
  set("type: fashion_mnist, part: half", "38: data.train.part: unknown value \"half\"; known: train, test");
  expect("  test: Blobs", "  workers: 1025", ":3:12: data.workers must be at most 1024, got 1025");
  expect("model:", "threads: 1025\nmodel:", ":4:10: threads must be at most 1024, got 1025");
}

TEST_F(TrainConfigTest, AShapeHasAxes) {
  const auto made = [&](const std::string& shape, const std::string& error) {
    ConfigValue layer = parse_yaml("{type: LayerNorm, shape: " + shape + "}", "a.yaml");
    expect_error<ConfigError>([&] { nn::layers().make(ConfigReader(layer, "model.1")); },
                              "a.yaml:1:26: model.1.shape must " + error);
  };
  made("[]", "name one axis or more");
  made("[2, 0]", "be positive, got [2, 0]");
}

TEST_F(TrainConfigTest, AWholeNumberIsNoInteger) {
  expect("size: 96", "size: 96.0", ":2:30: data.train.size: expected an integer, got 96.0; write 96");
  expect("- ReLU", "- {type: LayerNorm, shape: [2.0]}",
         ":6:31: model.1.shape.0: expected an integer, got 2.0; write 2");
  expect("- ReLU", "- {type: LayerNorm, shape: [1e300]}", ":6:31: model.1.shape.0: expected an integer, got 1e300");
}

TEST_F(TrainConfigTest, MissingFile) {
  const std::string path = directory_.file("no.yaml");
  expect_error<FileError>([&] { read_train_config(path); }, path + ": cannot open: No such file or directory");
}

}  // namespace
}  // namespace tenon::train
