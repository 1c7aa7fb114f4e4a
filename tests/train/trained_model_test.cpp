#include "tenon/train/trained_model.h"

#include <filesystem>

#include "blobs.h"
#include <gtest/gtest.h>

#include "tenon/core/determinism.h"
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
