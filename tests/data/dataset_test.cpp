#include "tenon/data/dataset.h"

#include <atomic>
#include <set>

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

using data::DatasetPtr;
using data::Draw;
using data::Sample;

namespace {

/// Three samples of two numbers: [0, 1], [2, 3], [4, 5], with the targets 0, 1, 2.
DatasetPtr three() {
  return data::in_memory({{"input", from_values({3, 2}, {0, 1, 2, 3, 4, 5}, float32)}, {"target", arange(3)}},
                         {"a", "b", "c"});
}

Sample batch_of(const data::Dataset& set, const std::vector<int64_t>& indices) {
  return set.batch(indices, std::vector<Draw>(indices.size()));
}

}  // namespace

TEST(Draw, DependsOnSeedEpochAndIndex) {
  std::set<uint32_t> firsts;
  for (uint64_t seed : {0, 1}) {
    for (int64_t epoch : {0, 1}) {
      for (int64_t index : {-1, 0, 1}) firsts.insert(Draw(seed, epoch, index).bits());
    }
  }
  EXPECT_EQ(firsts.size(), 12u);
  Draw a(1, 2, 3), b = a;
  std::set<uint32_t> numbers;
  for (int i = 0; i < 100; ++i) {
    const uint32_t bits = a.bits();
    EXPECT_EQ(bits, b.bits());
    numbers.insert(bits);
  }
  EXPECT_EQ(numbers.size(), 100u);
  // Philox's known answer for key and counter 0.
  EXPECT_EQ(Draw(0, 0, 0).bits(), 0x6627e8d5u);
}

TEST(Draw, Ranges) {
  Draw draw(7, 0, 0);
  double sum = 0;
  std::vector<int> counts(5);
  for (int i = 0; i < 5000; ++i) {
    const double u = draw.uniform();
    EXPECT_TRUE(u >= 0 && u < 1);
    sum += draw.uniform(-1, 3);
    ++counts[static_cast<size_t>(draw.below(5))];
  }
  EXPECT_NEAR(sum / 5000, 1, 0.1);
  for (int count : counts) EXPECT_NEAR(count, 1000, 150);
}

TEST(Dataset, InMemory) {
  const DatasetPtr set = three();
  EXPECT_EQ(set->size(), 3);
  EXPECT_EQ(set->class_names()[2], "c");
  const Sample batch = batch_of(*set, {2, 0, 2});
  EXPECT_EQ(batch["input"].shape(), Shape({3, 2}));
  EXPECT_EQ(values(batch["input"]), (std::vector<double>{4, 5, 0, 1, 4, 5}));
  EXPECT_EQ(values(batch["target"]), (std::vector<double>{2, 0, 2}));
  // One sample is a view, without a copy.
  EXPECT_EQ(set->get(1, {})["input"].data(), static_cast<char*>(set->get(0, {})["input"].data()) + 2 * sizeof(float));
  expect_error<IndexError>([&] { batch_of(*set, {3}); }, "dataset: sample 3 is out of range for a set of 3");
  expect_error<IndexError>([&] { set->get(-1, {}); }, "dataset: sample -1 is out of range for a set of 3");
  expect_error<ValueError>([&] { set->get(0, {})["label"]; },
                           "sample: there is no array label (there is input, target)");
  expect_error<ShapeError>(
      [] {
        data::in_memory({{"input", zeros({3, 2})}, {"target", zeros({2})}});
      },
      "in_memory: input has 3 samples, but target has 2");
  expect_error<ShapeError>(
      [] {
        data::in_memory({{"input", zeros({})}});
      },
      "in_memory: input has no axis that counts samples");
  expect_error<ValueError>([] { data::in_memory({}); }, "in_memory: there is no array");
}

TEST(Dataset, TargetsAreAtHandWithoutTheSamples) {
  EXPECT_EQ(values(three()->targets()), (std::vector<double>{0, 1, 2}));
  const DatasetPtr set = data::cache(data::with_conventions(data::subset(three(), {2, 0, 2}), ConfigValue::make_map()));
  EXPECT_EQ(values(set->targets()), (std::vector<double>{2, 0, 2}));
  EXPECT_EQ(data::subset(three(), {})->targets().shape(), Shape({0}));
  EXPECT_FALSE(data::in_memory({{"input", zeros({3})}})->targets().defined());
  // A function may change them.
  const auto same = [](Sample sample) { return sample; };
  EXPECT_FALSE(data::subset(data::transform_batch(three(), same), {0})->targets().defined());
}

TEST(Dataset, OnADevice) {
  // More samples than are read at a time.
  const Array input = arange(1400).to(uint8).reshape({700, 2});
  const DatasetPtr base = data::in_memory({{"input", input}, {"target", arange(700)}}, {"a", "b"});
  const DatasetPtr set = data::on_device(base, fake());
  EXPECT_EQ(set->device(), fake());
  EXPECT_EQ(data::subset(set, {1})->device(), fake());
  EXPECT_EQ(base->device(), cpu);
  EXPECT_EQ(set->size(), 700);
  EXPECT_EQ(set->class_names(), base->class_names());
  EXPECT_EQ(values(set->targets()), values(base->targets()));
  const std::vector<int64_t> indices = {699, 0, 256, 256, 255};
  const Sample there = batch_of(*set, indices), here = batch_of(*base, indices);
  for (const auto& [name, array] : here) {
    EXPECT_EQ(there[name].device(), fake());
    EXPECT_EQ(there[name].dtype(), array.dtype());
    EXPECT_EQ(values(there[name]), values(array));
  }
  EXPECT_EQ(values(set->get(300, {})["input"]), values(base->get(300, {})["input"]));
  EXPECT_EQ(values(set->get(300, {})["target"]), std::vector<double>{300});
  expect_error<IndexError>([&] { batch_of(*set, {700}); }, "dataset: sample 700 is out of range for a set of 700");
  expect_error<IndexError>([&] { set->get(-1, {}); }, "dataset: sample -1 is out of range for a set of 700");
  EXPECT_EQ(data::on_device(base, cpu), base);
  EXPECT_EQ(data::on_device(set, fake()), set);
  EXPECT_EQ(data::on_device(data::subset(base, {}), fake())->size(), 0);
  const auto sizes = [](int64_t change) {
    return data::transform_batch(data::in_memory({{"input", arange(300)}}), [change](Sample batch) {
      const Array& x = batch["input"];
      batch.set("input", zeros({x.size(0), x.size(0) < change ? 2 : 1}));
      return batch;
    });
  };
  EXPECT_EQ(data::on_device(sizes(0), fake())->size(), 300);
  expect_error<ShapeError>([&] { data::on_device(sizes(100), fake()); },
                           "on_device: samples of input differ: [1] float32 and [2] float32");
}

TEST(Dataset, ABatchesFunctionDrawsAsThatOfASample) {
  const auto drawn = [](Draw draw) { return static_cast<double>(draw.bits()); };
  const DatasetPtr one = data::transform(three(), [&](Sample sample, Draw draw) {
    sample.set("input", full({}, drawn(draw), float64));
    return sample;
  });
  const DatasetPtr all = data::transform_batch(three(), [&](Sample batch, std::span<Draw> draws) {
    std::vector<double> numbers;
    for (const Draw& draw : draws) numbers.push_back(drawn(draw));
    batch.set("input", array(numbers));
    return batch;
  });
  const std::vector<int64_t> indices = {2, 0};
  const std::vector<Draw> draws = {{1, 2, 2}, {1, 2, 0}};
  EXPECT_EQ(values(all->batch(indices, draws)["input"]), values(one->batch(indices, draws)["input"]));
  EXPECT_EQ(values(all->get(2, draws[0])["input"]), values(one->get(2, draws[0])["input"]));
  // The set below draws other numbers.
  const auto twice = [&](const DatasetPtr& set) {
    return data::transform(set, [](Sample sample, Draw) { return sample; });
  };
  const DatasetPtr above = data::transform_batch(one, [](Sample batch, std::span<Draw>) { return batch; });
  EXPECT_EQ(values(above->batch(indices, draws)["input"]), values(twice(one)->batch(indices, draws)["input"]));
  EXPECT_NE(values(above->batch(indices, draws)["input"]), values(one->batch(indices, draws)["input"]));
}

TEST(Dataset, NeedsASetBeforeIt) {
  const auto refused = [](auto make, const std::string& op) {
    expect_error<ValueError>(make, op + ": there is no data set");
  };
  refused([] { data::transform(nullptr, [](Sample sample, Draw) { return sample; }); }, "transform");
  refused([] { data::transform_batch(nullptr, [](Sample sample) { return sample; }); }, "transform_batch");
  refused([] { data::on_device(nullptr, fake()); }, "on_device");
  refused([] { data::with_conventions(nullptr, ConfigValue::make_map()); }, "with_conventions");
  refused([] { data::cache(nullptr); }, "cache");
}

TEST(Dataset, TransformGetsTheSamplesDraw) {
  const DatasetPtr set = data::transform(three(), [](Sample sample, Draw draw) {
    sample.set("input", sample["input"] + static_cast<double>(10 * draw.index()));
    sample.set("epoch", full({}, draw.epoch()));
    return sample;
  });
  const std::vector<int64_t> indices{1, 2};
  const std::vector<Draw> draws{Draw(0, 5, 1), Draw(0, 5, 2)};
  const Sample batch = set->batch(indices, draws);
  EXPECT_EQ(values(batch["input"]), (std::vector<double>{12, 13, 24, 25}));
  EXPECT_EQ(values(batch["epoch"]), (std::vector<double>{5, 5}));
  EXPECT_EQ(set->class_names().size(), 3u);
  const DatasetPtr bad = data::transform(three(), [](Sample, Draw) -> Sample { throw ShapeError("no"); });
  expect_error<ShapeError>([&] { batch_of(*bad, {1}); }, "sample 1: no");
}

TEST(Dataset, SamplesCannotChangeTheSet) {
  for (const bool cached : {false, true}) {
    const DatasetPtr base = cached ? data::cache(data::transform(three(),
                                                                 [](Sample sample, Draw) {
                                                                   sample["input"] = sample["input"] + 0.0;
                                                                   return sample;
                                                                 }))
                                   : three();
    const DatasetPtr set = data::transform(base, [](Sample sample, Draw) {
      sample["input"] -= 0.5f;
      return sample;
    });
    expect_error<ReadOnlyError>([&] { batch_of(*set, {1}); }, "sample 1: sub_: memory is read-only");
    EXPECT_EQ(values(batch_of(*base, {1})["input"]), (std::vector<double>{2, 3}));
  }
  // A batch is the caller's own.
  const DatasetPtr set = three();
  Sample batch = batch_of(*set, {0});
  batch["input"] += 1.0;
  EXPECT_EQ(values(batch_of(*set, {0})["input"]), (std::vector<double>{0, 1}));
}

TEST(Dataset, StackedTransformsDrawTheirOwnNumbers) {
  std::vector<uint32_t> drawn;
  const auto note = [&drawn](Sample sample, Draw draw) {
    drawn.push_back(draw.bits());
    return sample;
  };
  const DatasetPtr set =
      data::transform(data::subset(data::transform(data::transform(three(), note), note), {0, 1, 2}), note);
  const Draw draw(3, 1, 2);
  set->get(2, draw);
  ASSERT_EQ(drawn.size(), 3u);
  EXPECT_EQ(std::set<uint32_t>(drawn.begin(), drawn.end()).size(), 3u);
  // The outermost draws what it would draw alone.
  Draw alone = draw;
  EXPECT_EQ(drawn[2], alone.bits());
  const std::vector<uint32_t> first = drawn;
  drawn.clear();
  set->get(2, draw);
  EXPECT_EQ(drawn, first);
}

/// A program's own error, which says more than its text.
struct Broken : FileError {
  explicit Broken(int where) : FileError("broken"), line(where) {}
  int line;
};

TEST(Dataset, AnErrorKeepsItsTypeAndGetsTheSamplesNumber) {
  const auto throwing = [](auto error) {
    return data::transform(three(), [error](Sample, Draw) -> Sample { throw error; });
  };
  expect_error<OutOfMemoryError>([&] { batch_of(*throwing(OutOfMemoryError("full")), {1}); }, "sample 1: full");
  expect_error<DeviceError>([&] { batch_of(*throwing(DeviceError("away")), {1}); }, "sample 1: away");
  expect_error<ConfigError>([&] { batch_of(*throwing(ConfigError("odd")), {1}); }, "sample 1: odd");
  int line = 0;
  try {
    batch_of(*throwing(Broken(42)), {1});
  } catch (const Broken& error) {
    EXPECT_STREQ(error.what(), "sample 1: broken");
    line = error.line;
  }
  EXPECT_EQ(line, 42);
}

TEST(Dataset, TransformBatchIsCalledOnce) {
  int calls = 0;
  const DatasetPtr set = data::transform_batch(three(), [&calls](Sample batch) {
    ++calls;
    batch.set("input", batch["input"] * 2.0);
    return batch;
  });
  EXPECT_EQ(values(batch_of(*set, {1, 0})["input"]), (std::vector<double>{4, 6, 0, 2}));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(values(set->get(1, {})["input"]), (std::vector<double>{4, 6}));
  EXPECT_EQ(set->get(1, {})["target"].shape(), Shape({}));
}

TEST(Dataset, Subset) {
  const DatasetPtr set = data::subset(three(), {2, 0});
  EXPECT_EQ(set->size(), 2);
  EXPECT_EQ(values(batch_of(*set, {1, 0})["target"]), (std::vector<double>{0, 2}));
  EXPECT_EQ(values(set->get(0, {})["input"]), (std::vector<double>{4, 5}));
  expect_error<IndexError>([] { data::subset(three(), {0, 3}); }, "subset: index 3 is out of range for a set of 3");
  expect_error<IndexError>([&] { batch_of(*set, {2}); }, "dataset: sample 2 is out of range for a set of 2");
}

TEST(Dataset, Cache) {
  std::atomic<int> calls = 0;
  const DatasetPtr set = data::cache(data::transform(three(), [&calls](Sample sample, Draw) {
    ++calls;
    return sample;
  }));
  batch_of(*set, {0, 1, 0});
  EXPECT_EQ(values(batch_of(*set, {1})["input"]), (std::vector<double>{2, 3}));
  EXPECT_EQ(calls, 2);
}

}  // namespace tenon::testing
