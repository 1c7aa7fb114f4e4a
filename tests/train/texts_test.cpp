// Runs on texts: a model by name, bits, and what it writes afterwards.
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "tenon/core/io/safetensors.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/run.h"
#include "tenon/train/trained_model.h"

namespace tenon::train {
namespace {

using testing::expect_error;

class Texts : public ::testing::Test {
 protected:
  Texts() {
    std::string all;
    for (int i = 0; i < 60; ++i) all += "Tick, tack, töck!\n";
    directory_.write("t.txt", all);
    config_ = directory_.write("t.yaml",
                               "data:\n"
                               "  train: {type: text, path: t.txt, context: 23}\n"
                               "  test: {type: text, path: t.txt, part: test}\n"
                               "  batch_size: 4\n"
                               "model: {type: GPT, vocabulary: 11, width: 32, layers: 1, heads: 2, context: 23}\n"
                               "loss: CrossEntropyLoss\n"
                               "optimizer: {type: AdamW, lr: 0.01}\n"
                               "epochs: 25\n"
                               "threads: 1\n");
  }
  RunResult train(const std::string& name, const std::vector<std::string>& overrides = {}) const {
    return run(config_, directory_.file(name), overrides);
  }
  std::string file(const std::string& name) const { return directory_.file(name); }

  const testing::TemporaryDirectory directory_;
  std::string config_;
};

TEST_F(Texts, AreLearntAndContinued) {
  const RunResult result = train("run");
  const EpochMetrics& first = result.training.epochs.front();
  const EpochMetrics& last = result.training.epochs.back();
  EXPECT_EQ(first.train.samples, (60 * 18 * 9 / 10 - 1) / 23 * 23);  // places of the text
  EXPECT_LT(last.test->loss, 0.5);
  EXPECT_EQ(last.test->accuracy, 0);
  EXPECT_NEAR(last.test->bits(), last.test->loss / std::log(2.0), 1e-12);
  const std::string metrics = testing::content_of(file("run/metrics.csv"));
  EXPECT_TRUE(metrics.starts_with("epoch,lr,seconds,train_loss,train_bits,test_loss,test_bits\n")) << metrics;
  // A model by name has no number in front of its names.
  EXPECT_TRUE(load(file("run/last.safetensors"))[0].first.starts_with("blocks.0.attention."));
  // A line each, the line break too.
  EXPECT_TRUE(testing::content_of(file("run/class_names.txt")).starts_with("\\n\n \n!\n,\nT\n"));

  TrainedModel model = TrainedModel::open(file("run"), Weights::last);
  EXPECT_EQ(model.task(), Task::language);
  EXPECT_EQ(model.evaluate().loss, last.test->loss);
  std::string written;
  const auto write = [&](std::string_view text) { written += text; };
  const std::string text = model.generate("Tick, ", {.length = 30, .temperature = 0}, 0, write);
  EXPECT_EQ(text, "tack, töck!\nTick, tack, töck!\n");
  EXPECT_EQ(written, text);
  EXPECT_EQ(model.generate("", {.length = 4, .temperature = 0}), "Tick");
  const nn::GenerateOptions wild{.length = 40, .temperature = 3};
  EXPECT_EQ(model.generate("T", wild, 7), model.generate("T", wild, 7));
  EXPECT_NE(model.generate("T", wild, 7), model.generate("T", wild, 8));
  expect_error<ValueError>(
      [&] { model.generate("Tick\nqu", {}); },
      "prompt: line 2, character 1: \"q\" (U+0071) is none of the 11 characters of the vocabulary");
}

TEST_F(Texts, ASecondRunHasTheSameBits) {
  train("a", {"epochs=1", "model.dropout=0.1"});
  train("b", {"epochs=1", "model.dropout=0.1"});
  EXPECT_EQ(testing::content_of(file("a/last.safetensors")), testing::content_of(file("b/last.safetensors")));
}

TEST_F(Texts, TheRunHoldsTheVocabulary) {
  train("run", {"epochs=1"});
  const std::string config = testing::content_of(file("run/config.yaml"));
  EXPECT_NE(config.find("characters: \"\\n !,Tacikt"), config.npos) << config;
  // The file is no longer needed to write, and a run of the run's config says the same.
  EXPECT_EQ(testing::content_of(run(file("run/config.yaml"), file("again")).directory + "/config.yaml"), config);
  std::filesystem::remove(file("t.txt"));
  EXPECT_EQ(TrainedModel::open(file("run")).generate("T", {.length = 5}).empty(), false);
}

TEST_F(Texts, EveryCharacterSurvivesTheConfig) {
  std::string all;
  for (char c = 1; c < 127; ++c) all += c;
  for (const char* more : {"\x7f", "\u0085", "\u00a0", "\u2028", "\ufeff", "é", "語", "𝄞"}) all += more;
  for (int i = 0; i < 3; ++i) all += all;
  directory_.write("t.txt", all);
  train("run", {"epochs=1", "model.vocabulary=134", "data.test=null"});
  TrainedModel model = TrainedModel::open(file("run"));
  EXPECT_EQ(model.config().data.value.class_names.size(), 134u);
  EXPECT_EQ(model.generate("\x01\x7f\u2028𝄞\\\"'", {.length = 1}).empty(), false);
}

TEST_F(Texts, ModelAndTextThatDoNotFitBeginNoRun) {
  const std::string no_fit = "model and data do not fit together: ";
  expect_error<ConfigError>([&] { train("run", {"model.vocabulary=12"}); },
                            no_fit + "the model has 12 outputs, but the text has 11 different characters");
  expect_error<ConfigError>([&] { train("run", {"model.vocabulary=3"}); },
                            no_fit + "the model has 3 outputs, but the text has 11 different characters");
  expect_error<ConfigError>([&] { train("run", {"model.context=8"}); },
                            no_fit + "GPT: expected at most 8 tokens, got 23 (input [1, 23])");
  expect_error<ConfigError>([&] { train("run", {"model={type: GTP, vocabulary: 3}"}); },
                            "--set model={type: GTP, vocabulary: 3}: model.type: unknown layer \"GTP\"; did you mean "
                            "\"GPT\"?");
  expect_error<ConfigError>(
      [&] {
        train("run", {"model=[{type: Embedding, entries: 11, features: 11}]", "task=classification"});
      },
      no_fit +
          "the model has 23 outputs, but there are 11 classes: \n,  , !, ,, T, a, c, i, k, t "
          "and 1 more");
  EXPECT_FALSE(std::filesystem::exists(file("run")));
  // Any layers that give scores of tokens are a model of a language.
  train("run", {"model=[{type: Embedding, entries: 11, features: 11}]", "epochs=1"});
}

}  // namespace
}  // namespace tenon::train
