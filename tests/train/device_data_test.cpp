// Runs whose data are kept on a device.
#include <filesystem>

#include <gtest/gtest.h>

#include "tenon/core/ops/random.h"
#include "tenon/core/random.h"
#include "tenon/data/image.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/run.h"

namespace tenon::train {
namespace {

using testing::expect_error;

class DeviceData : public ::testing::Test {
 protected:
  DeviceData() {
    testing::fake();  // by its name from now on
    Generator generator(1);
    for (const char* kind : {"dark", "light"}) {
      std::filesystem::create_directories(directory_.file(std::string("images/") + kind));
      for (int i = 0; i < 10; ++i) {
        const Array image =
            randint(kind[0] == 'd' ? 0 : 128, kind[0] == 'd' ? 128 : 256, {6, 6, 3}, uint8, cpu, generator);
        data::write_image(directory_.file(std::string("images/") + kind + "/" + std::to_string(i) + ".png"), image);
      }
    }
  }
  std::string config(const std::string& transforms) const {
    const std::string set = "{type: image_folder, folder: " + directory_.file("images") + "}";
    return directory_.write("a.yaml", "data:\n  train: " + set + "\n  test: " + set + "\n  transforms: [" + transforms +
                                          "]\n  batch_size: 8\n"
                                          "model: [Flatten, {type: Linear, in: 108, out: 2}]\n"
                                          "loss: CrossEntropyLoss\n"
                                          "optimizer: {type: SGD, lr: 0.1}\nepochs: 3\n");
  }

  const testing::TemporaryDirectory directory_;
};

TEST_F(DeviceData, TrainAsThoseOfTheCpu) {
  const std::string path = config("{type: random_crop, size: 6, padding: 1}, random_flip, to_chw, normalize");
  const auto epochs = [&](const std::string& name, std::vector<std::string> overrides) {
    return run(path, directory_.file(name), overrides).training.epochs;
  };
  const auto here = epochs("cpu", {});
  for (const std::string workers : {"0", "2"}) {
    const auto there = epochs("fake" + workers, {"device=fake", "data.device=fake", "data.workers=" + workers});
    ASSERT_EQ(there.size(), here.size());
    for (size_t i = 0; i < here.size(); ++i) {
      EXPECT_EQ(there[i].train.loss, here[i].train.loss) << i;
      EXPECT_EQ(there[i].test->loss, here[i].test->loss) << i;
    }
  }
  EXPECT_NE(here[0].train.loss, here[2].train.loss);
}

TEST_F(DeviceData, WhatCannotBeIsSaidBeforeTheRun) {
  const std::string path = config("{type: resize, size: 6}, to_chw");
  expect_error<ConfigError>([&] { run(path, directory_.file("run"), {"data.device=fake"}); },
                            "data.device: fake:0 is not where the run computes (device: cpu); write that, or cpu");
  expect_error<ConfigError>(
      [&] {
        run(path, directory_.file("run"), {"device=fake", "data.device=fake"});
      },
      path +
          ":4:16: data.transforms.0: resize takes one sample at a time, on the CPU; the data "
          "cannot be kept on fake:0");
  expect_error<ConfigError>([&] { run(path, directory_.file("run"), {"data.device=fake:7"}); },
                            "--set data.device=fake:7: data.device: there is no fake:7; fake has 2 devices");
  EXPECT_FALSE(std::filesystem::exists(directory_.file("run")));
}

}  // namespace
}  // namespace tenon::train
