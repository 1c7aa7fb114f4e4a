#include "tenon/train/pipeline.h"

#include <gtest/gtest.h>

#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/layout.h"
#include "tenon/data/loader.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"
#include "tenon/train/config/yaml.h"

namespace tenon::train {
namespace {

using testing::expect_error;

std::vector<ConfigValue> steps(const std::string& yaml) { return parse_yaml(yaml, "a.yaml").items; }

/// Images 4 x 4 x 1: sample i is i everywhere but 100 in its last pixel.
data::DatasetPtr images(int64_t size) {
  Array all = zeros({size, 4, 4, 1}, uint8);
  auto view = all.view<uint8_t, 4>();
  for (int64_t i = 0; i < size; ++i) {
    for (int64_t p = 0; p < 16; ++p) view(i, p / 4, p % 4, 0) = static_cast<uint8_t>(i);
    view(i, 3, 3, 0) = 100;
  }
  return data::in_memory({{"input", all}, {"target", zeros({size}, int64)}});
}

data::DatasetPtr table() {
  return data::in_memory(
      {{"input", array<float>({1, 10, 5, 3, 10, 5, 5, 30, 5}).reshape({3, 3})}, {"target", zeros({3}, float32)}});
}

Array batch_of(const data::DatasetPtr& set, uint64_t seed = 0) {
  const std::vector<int64_t> indices = {0, 1, 2};
  const std::vector<data::Draw> draws = {{seed, 0, 0}, {seed, 0, 1}, {seed, 0, 2}};
  return set->batch(indices, draws)["input"];
}

TEST(Pipeline, NormalizesFeaturesByTheTrainingData) {
  const Pipeline pipeline = Pipeline::fit(steps("- normalize\n"), "t", table());
  const Array x = batch_of(pipeline.apply(table(), true));
  const auto view = x.view<const float, 2>();
  for (int64_t f = 0; f < 2; ++f) {
    EXPECT_NEAR(view(0, f) + view(1, f) + view(2, f), 0, 1e-6) << f;
    EXPECT_NEAR(view(0, f) * view(0, f) + view(1, f) * view(1, f) + view(2, f) * view(2, f), 3, 1e-5) << f;
  }
  EXPECT_EQ(view(0, 2), 0);  // constant: shifted only
  // What was learnt is in the config, and makes the same pipeline.
  const Array again = batch_of(Pipeline(pipeline.resolved(), "t").apply(table(), false));
  EXPECT_EQ((again.view<const float, 2>()(2, 1)), view(2, 1));
}

TEST(Pipeline, ImagesBecomeChannelsFirst) {
  const Pipeline pipeline(steps("- to_chw\n- {type: normalize, mean: [0.5], std: [0.25]}\n"), "t");
  const data::DatasetPtr set = pipeline.apply(images(3), true);
  const Array x = batch_of(set);
  EXPECT_EQ(x.shape(), (Shape{3, 1, 4, 4}));
  EXPECT_NEAR((x.view<const float, 4>()(1, 0, 3, 3)), (100 / 255.0 - 0.5) / 0.25, 1e-6);
  // One by one it is the same.
  const Array one = pipeline.apply(images(3)->get(1, {})["input"]);
  EXPECT_EQ(one.shape(), (Shape{1, 4, 4}));
  EXPECT_EQ((one.view<const float, 3>()(0, 3, 3)), (x.view<const float, 4>()(1, 0, 3, 3)));
}

TEST(Pipeline, RandomInTrainingOnly) {
  const Pipeline pipeline(steps("- {type: random_crop, size: 4, padding: 2}\n- random_flip\n- to_chw\n"), "t");
  const auto last_pixel_stays = [&](bool training, uint64_t seed) {
    const Array x = batch_of(pipeline.apply(images(3), training), seed);
    const auto view = x.view<const float, 4>();
    return view(0, 0, 3, 3) > 0 && view(1, 0, 3, 3) > 0.1 && view(2, 0, 3, 3) > 0.1;
  };
  bool moved = false;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    EXPECT_TRUE(last_pixel_stays(false, seed));
    moved = moved || !last_pixel_stays(true, seed);
  }
  EXPECT_TRUE(moved);
}

TEST(Pipeline, OnADeviceItMakesTheSameBatches) {
  constexpr int64_t count = 50;
  const Array pixels = arange(count * 6 * 7 * 3).to(uint8).reshape({count, 6, 7, 3});
  const data::DatasetPtr set = data::in_memory({{"input", pixels}, {"target", arange(count)}});
  const data::DatasetPtr there = data::on_device(set, testing::fake());
  for (const char* yaml : {"- {type: random_crop, size: [6, 7], padding: 2}\n- random_flip\n- to_chw\n- normalize\n",
                           "- random_flip\n- {type: random_crop, size: 5}\n- to_chw\n",
                           "- {type: center_crop, size: [3, 4]}\n- to_chw\n"
                           "- {type: normalize, mean: [0.5], std: [0.3]}\n",
                           "[]"}) {
    const Pipeline pipeline = Pipeline::fit(steps(yaml), "t", set);
    for (const bool training : {true, false}) {
      for (const int64_t workers : {0, 2}) {
        testing::seed_fake(static_cast<uint64_t>(workers));
        const data::LoaderOptions options{.batch_size = 8, .shuffle = true, .workers = workers, .seed = 5};
        data::Loader here(pipeline.apply(set, training), options), loader(pipeline.apply(there, training), options);
        for (int epoch = 0; epoch < 2; ++epoch) {
          const int64_t waits = testing::host_waits_on_fake();
          std::vector<data::Sample> batches;
          for (const data::Sample& batch : loader) batches.push_back(batch);
          EXPECT_EQ(testing::host_waits_on_fake(), waits);
          size_t i = 0;
          for (const data::Sample& expected : here) {
            const data::Sample& batch = batches.at(i++);
            for (const char* name : {"input", "target"}) {
              EXPECT_EQ(batch[name].device(), testing::fake());
              EXPECT_EQ(batch[name].dtype(), expected[name].dtype());
              EXPECT_EQ(batch[name].shape(), expected[name].shape());
              EXPECT_TRUE(all(batch[name].cpu() == expected[name]).item<bool>()) << yaml;
            }
          }
          EXPECT_EQ(i, batches.size());
        }
      }
    }
  }
}

TEST(Pipeline, WhatTakesSamplesDoesNotRunOnADevice) {
  const Pipeline pipeline(steps("- to_chw\n- {type: resize, size: 5}\n"), "data.transforms");
  const std::string error =
      "a.yaml:2:3: data.transforms.1: resize takes one sample at a time, on the CPU; the data cannot be kept on fake:0";
  expect_error<ConfigError>([&] { pipeline.apply(data::on_device(images(3), testing::fake()), true); }, error);
  expect_error<ConfigError>([&] { pipeline.check_runs_on(testing::fake()); }, error);
  pipeline.check_runs_on(cpu);
}

TEST(Pipeline, Errors) {
  expect_error<ConfigError>([] { Pipeline(steps("- normalise\n"), "data.transforms"); },
                            "a.yaml:1:3: data.transforms.0: unknown transform \"normalise\"; did you mean "
                            "\"normalize\"?");
  expect_error<ConfigError>([] { Pipeline(steps("- {type: normalize, mean: [1], std: [0]}\n"), "t"); },
                            "a.yaml:1:37: t.0.std must be positive, got 0");
  const Pipeline two(steps("- {type: normalize, mean: [1, 2], std: [1, 1]}\n"), "t");
  const std::string error = "a.yaml:1:3: t.0: normalize: 2 values of mean for 3 features";
  expect_error<ShapeError>([&] { two.apply(zeros({3})); }, error);
  expect_error<ShapeError>([&] { batch_of(two.apply(table(), true)); }, error);
  const Pipeline large(steps("- to_chw\n- {type: center_crop, size: 5}\n"), "data.transforms");
  expect_error<IndexError>(
      [&] { batch_of(large.apply(images(3), true)); },
      "sample 0: a.yaml:2:3: data.transforms.1: crop: 5 x 5 from (-2, 0) leaves the image of 1 x 4");
}

}  // namespace
}  // namespace tenon::train
