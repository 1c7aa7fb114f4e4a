#include "tenon/data/loader.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include <omp.h>
#include <sched.h>

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

using data::DatasetPtr;
using data::Draw;
using data::Loader;
using data::LoaderPosition;
using data::Sample;
using Values = std::vector<double>;

namespace {

/// Samples 0 to n - 1, each with a random number of its own.
data::DatasetPtr counted(int64_t n) {
  return data::transform(data::in_memory({{"input", arange(n)}}), [](Sample sample, Draw draw) {
    sample.set("noise", full({}, draw.uniform(), float64));
    return sample;
  });
}

/// The batches of what is left of an epoch, one behind the other.
std::vector<Values> epoch_of(Loader& loader) {
  std::vector<Values> batches;
  for (const Sample& batch : loader) {
    batches.push_back(values(batch["input"]));
    const Values noise = values(batch["noise"]);
    batches.back().insert(batches.back().end(), noise.begin(), noise.end());
  }
  return batches;
}

}  // namespace

TEST(Loader, TakesTheSamplesInOrder) {
  Loader loader(counted(5), {.batch_size = 2});
  EXPECT_EQ(loader.batches(), 3);
  const std::vector<Values> batches = epoch_of(loader);
  ASSERT_EQ(batches.size(), 3u);
  EXPECT_EQ(batches[1][0], 2);
  EXPECT_EQ(batches[2].size(), 2u) << "the last is not full";
  Loader full(counted(5), {.batch_size = 2, .drop_last = true});
  EXPECT_EQ(full.batches(), 2);
  EXPECT_EQ(epoch_of(full).size(), 2u);
  Loader none(data::in_memory({{"input", zeros({0, 2})}}), {.workers = 2});
  EXPECT_EQ(none.batches(), 0);
  EXPECT_FALSE(none.next());
}

TEST(Loader, BatchesDoNotDependOnTheNumberOfWorkers) {
  std::vector<std::vector<Values>> expected;
  for (int64_t workers : {0, 1, 2, 5}) {
    Loader loader(counted(50), {.batch_size = 4, .shuffle = true, .workers = workers, .prefetch = 1, .seed = 3});
    const std::vector<std::vector<Values>> epochs{epoch_of(loader), epoch_of(loader), epoch_of(loader)};
    if (expected.empty()) expected = epochs;
    EXPECT_EQ(epochs, expected) << workers;
  }
  EXPECT_NE(expected[0], expected[1]) << "another order in each epoch";
  Values all;
  for (const Values& batch : expected[1])
    all.insert(all.end(), batch.begin(), batch.begin() + int64_t(batch.size()) / 2);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, values(arange(50)));
  Loader other(counted(50), {.batch_size = 4, .shuffle = true, .seed = 4});
  EXPECT_NE(epoch_of(other), expected[0]);
}

TEST(Loader, GoesOnFromAPosition) {
  for (int64_t workers : {0, 2}) {
    const data::LoaderOptions options{.batch_size = 3, .shuffle = true, .workers = workers};
    Loader whole(counted(20), options);
    epoch_of(whole);
    const std::vector<Values> second = epoch_of(whole);

    Loader first(counted(20), options);
    first.seek({1, 0});
    for (int i = 0; i < 4; ++i) first.next();
    EXPECT_EQ(first.position(), (LoaderPosition{1, 4}));

    Loader resumed(counted(20), options);
    resumed.next();  // from elsewhere
    resumed.seek(first.position());
    EXPECT_EQ(epoch_of(resumed), std::vector<Values>(second.begin() + 4, second.end()));
    EXPECT_EQ(resumed.position(), (LoaderPosition{2, 0}));
    // Behind the last batch, the epoch is over and nothing else.
    resumed.seek({1, 7});
    EXPECT_FALSE(resumed.next());
    EXPECT_EQ(resumed.position(), (LoaderPosition{2, 0}));
  }
}

TEST(Loader, EndsEarlyWithoutHanging) {
  for (int i = 0; i < 20; ++i) {
    Loader loader(counted(100), {.batch_size = 1, .workers = 3});
    if (i % 2) loader.next();
    if (i % 3) loader.seek({i, 50});
    if (i % 5) {
      EXPECT_EQ(values((*loader.next())["input"]).size(), 1u);
    }
  }
}

TEST(Loader, AWorkersErrorIsThrownWhereTheBatchIsTaken) {
  for (const auto& [workers, device] : {std::pair<int64_t, Device>{0, cpu}, {2, cpu}, {0, fake()}, {2, fake()}}) {
    std::atomic<bool> broken = true;
    const auto set = data::transform(counted(10), [&broken](Sample sample, Draw draw) {
      if (draw.index() == 5 && broken) throw FileError("cat.png: cannot decode the image");
      return sample;
    });
    Loader loader(set, {.batch_size = 2, .workers = workers, .device = device});
    loader.next();
    loader.next();
    for (int i = 0; i < 2; ++i) {
      expect_error<FileError>([&] { loader.next(); }, "sample 5: cat.png: cannot decode the image");
    }
    EXPECT_EQ(loader.position(), (LoaderPosition{0, 2}));
    broken = false;
    EXPECT_EQ(values((*loader.next())["input"]), (Values{4, 5}));
  }
  const auto foreign = data::transform(counted(1), [](Sample, Draw) -> Sample { throw std::runtime_error("mine"); });
  Loader loader(foreign, {.workers = 1});
  EXPECT_THROW(loader.next(), std::runtime_error);
}

TEST(Loader, PreparesAFewBatchesAheadAndNoMore) {
  std::atomic<int> made = 0;
  const auto set = data::transform(counted(100), [&made](Sample sample, Draw) {
    ++made;
    return sample;
  });
  Loader loader(set, {.batch_size = 1, .workers = 2, .prefetch = 3});
  loader.next();
  for (int i = 0; i < 1000 && made < 7; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(made, 7) << "one taken, two workers with three each";
}

TEST(Loader, WorkersRunKernelsOnOneThread) {
  std::atomic<int> threads = 0;
  const auto set = data::transform(counted(1), [&threads](Sample sample, Draw) {
    threads = omp_get_max_threads();
    return sample;
  });
  const int before = omp_get_max_threads();
  Loader(set, {.workers = 1}).next();
  EXPECT_EQ(threads, 1);
  EXPECT_EQ(omp_get_max_threads(), before);
}

// OpenMP binds the first thread to one core, and a new thread inherits that. In a process of its own: OpenMP reads the
// setting once.
TEST(Loader, WorkersAreNotBoundToOneCore) {
  if (!std::getenv("TENON_TEST_BOUND")) {
    const std::string program = std::filesystem::read_symlink("/proc/self/exe");
    const std::string command = "TENON_TEST_BOUND=1 OMP_PROC_BIND=true '" + program +
                                "' --gtest_filter=Loader.WorkersAreNotBoundToOneCore > /dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return;
  }
  const auto cores = [] {
    cpu_set_t set;
    sched_getaffinity(0, sizeof set, &set);
    return CPU_COUNT(&set);
  };
  if (cores() > 1) GTEST_SKIP() << "OpenMP binds no thread where it cannot read the processor's topology";
  std::atomic<int> in_worker = 0;
  const auto set = data::transform(counted(1), [&](Sample sample, Draw) {
    in_worker = cores();
    return sample;
  });
  Loader(set, {.workers = 1}).next();
  EXPECT_EQ(in_worker, omp_get_num_procs());
}

TEST(Loader, BatchesOnADeviceAreThoseOfTheCpu) {
  for (int64_t workers : {0, 1, 3}) {
    for (uint64_t seed = 0; seed < 5; ++seed) {
      seed_fake(seed);
      const data::LoaderOptions options{.batch_size = 4, .shuffle = true, .workers = workers, .prefetch = 1, .seed = 7};
      data::LoaderOptions there = options;
      there.device = fake();
      Loader here(counted(30), options), loader(counted(30), there);
      // Nobody waits before the end: what a step computes on its own stream must still see the whole batch, which is
      // gone by then.
      const int64_t waits = host_waits_on_fake();
      std::vector<Array> doubled, noise;
      const auto step = [&](const Sample& batch) {
        EXPECT_EQ(batch["input"].device(), fake());
        doubled.push_back(batch["input"] + batch["input"]);
        noise.push_back(batch["noise"] * 1);
      };
      for (int epoch = 0; epoch < 3; ++epoch) {
        for (const Sample& batch : loader) step(batch);
      }
      loader.seek({1, 5});
      for (const Sample& batch : loader) step(batch);
      EXPECT_EQ(host_waits_on_fake(), waits) << workers << " workers";
      EXPECT_GT(queued_on_fake(), 0);
      size_t i = 0;
      const auto compare = [&](const Sample& batch) {
        EXPECT_EQ(values(doubled[i].cpu()), values(batch["input"] + batch["input"]));
        EXPECT_EQ(values(noise[i++].cpu()), values(batch["noise"]));
      };
      for (int epoch = 0; epoch < 3; ++epoch) {
        for (const Sample& batch : here) compare(batch);
      }
      here.seek({1, 5});
      for (const Sample& batch : here) compare(batch);
      EXPECT_EQ(i, doubled.size());
    }
  }
}

TEST(Loader, GathersIntoPinnedMemory) {
  for (const bool in_memory : {true, false}) {
    std::atomic<int> pinned = 0, batches = 0;
    const DatasetPtr base = in_memory ? data::in_memory({{"input", arange(6)}}) : counted(6);
    const auto set = data::transform_batch(base, [&](Sample batch) {
      ++batches;
      pinned += batch["input"].storage()->pinned;
      return batch;
    });
    for (int64_t workers : {0, 2}) {
      Loader there(set, {.batch_size = 2, .workers = workers, .device = fake()});
      EXPECT_EQ(values((*there.next())["input"]), (Values{0, 1}));
      while (there.next()) {
      }
      EXPECT_EQ(batches, 3);
      EXPECT_EQ(pinned.exchange(0), batches.exchange(0));
    }
    Loader(set, {.batch_size = 6}).next();
    EXPECT_EQ(batches, 1);
    EXPECT_EQ(pinned, 0) << "for the CPU it is ordinary memory";
  }
}

TEST(Loader, BeginsTheNextUploadBeforeItHandsABatchOut) {
  std::atomic<int> made = 0;
  std::atomic<bool> broken = true;
  const auto set = data::transform(counted(6), [&](Sample sample, Draw draw) {
    ++made;
    if (draw.index() == 3 && broken) throw FileError("cat.png: cannot decode the image");
    return sample;
  });
  Loader loader(set, {.batch_size = 1, .device = fake()});
  EXPECT_EQ(made, 0);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(values((*loader.next())["input"]), Values{double(i)});
    EXPECT_EQ(made, i + 2);
  }
  // What is wrong with a batch is said when that batch is asked for.
  for (int i = 0; i < 2; ++i) {
    expect_error<FileError>([&] { loader.next(); }, "sample 3: cat.png: cannot decode the image");
    EXPECT_EQ(loader.position(), (LoaderPosition{0, 3}));
  }
  broken = false;
  for (int i = 3; i < 6; ++i) EXPECT_EQ(values((*loader.next())["input"]), Values{double(i)});
  made = 0;
  EXPECT_FALSE(loader.next());
  EXPECT_EQ(made, 0) << "nothing of an epoch that may never begin";
  loader.next();
  loader.seek({0, 4});
  EXPECT_EQ(values((*loader.next())["input"]), Values{4}) << "what was made ahead is not taken for another batch";
}

TEST(Loader, ADeviceSetsBatchesAreMadeAheadOnAStreamOfTheirOwn) {
  const DatasetPtr here = data::in_memory({{"input", arange(30)}});
  const DatasetPtr there = data::on_device(here, fake());
  for (int64_t workers : {0, 2}) {
    for (const Device asked : {cpu, fake()}) {
      seed_fake(static_cast<uint64_t>(workers));
      const data::LoaderOptions options{.batch_size = 4, .shuffle = true, .workers = workers};
      data::LoaderOptions other = options;
      other.device = asked;
      Loader expected(here, options), loader(there, other);
      const int64_t waits = host_waits_on_fake();
      std::vector<Array> doubled;
      for (const Sample& batch : loader) doubled.push_back(batch["input"] + batch["input"]);
      EXPECT_EQ(host_waits_on_fake(), waits);
      size_t i = 0;
      for (const Sample& batch : expected) EXPECT_EQ(values(doubled[i++]), values(batch["input"] + batch["input"]));
      EXPECT_EQ(i, doubled.size());
    }
  }
}

TEST(Loader, Refuses) {
  expect_error<ValueError>([] { Loader(counted(1), {.batch_size = 0}); }, "loader: batch_size must be positive, got 0");
  expect_error<ValueError>([] { Loader(counted(1), {.workers = -1}); }, "loader: negative number of workers: -1");
  expect_error<ValueError>([] { Loader loader(nullptr); }, "loader: there is no data set");
  expect_error<ValueError>([] { data::subset(nullptr, {}); }, "subset: there is no data set");
  expect_error<ValueError>([] { Loader(counted(1), {.workers = 100'000}); },
                           "loader: at most 1024 workers, got 100000");
  expect_error<ValueError>([] { Loader(counted(1), {.prefetch = 0}); }, "loader: prefetch must be positive, got 0");
  Loader loader(counted(4), {.batch_size = 2});
  expect_error<IndexError>([&] { loader.seek({1, 3}); }, "loader: there is no batch 3 of epoch 1; an epoch has 2");
}

}  // namespace tenon::testing
