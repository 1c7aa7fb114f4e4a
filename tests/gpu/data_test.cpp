// Data for a device: batches that are uploaded ahead, and sets that stay there, beside the CPU's, bit for bit.
#include "tenon/data/data.h"

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/streams.h"
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

using DeviceData = OnDevice;

namespace {

using data::Loader;

data::DatasetPtr images() {
  const int64_t size = tests_fake_device() ? 8 : 64, count = 200;
  const Array pixels = (arange(count * size * size * 3) * 37).to(uint8).reshape({count, size, size, 3});
  return data::in_memory({{"input", pixels}, {"target", arange(count)}});
}

/// What training sets do with images, on whole batches.
data::DatasetPtr augmented(const data::DatasetPtr& set) {
  return data::transform_batch(set, [](data::Sample batch, std::span<data::Draw> draws) {
    Array x = data::random_crop_batch(batch["input"], batch["input"].size(1), 2, draws);
    x = data::random_flip_batch(x, 0.5, draws);
    batch.set("input", x.to(float32) * (1.f / 255));
    return batch;
  });
}

/// Three epochs, all put on the stream before anybody waits.
std::vector<Array> epochs(const data::DatasetPtr& set, int64_t workers, Device device) {
  Loader loader(set, {.batch_size = 32, .shuffle = true, .workers = workers, .seed = 3, .device = device});
  std::vector<Array> all;
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (const data::Sample& batch : loader) {
      all.push_back(batch["input"] + batch["input"]);
      all.push_back(batch["target"] * 2);
    }
  }
  return all;
}

void expect_same(const std::vector<Array>& there, const std::vector<Array>& here) {
  ASSERT_EQ(there.size(), here.size());
  for (size_t i = 0; i < here.size(); ++i) {
    EXPECT_EQ(there[i].device(), tested_device());
    EXPECT_EQ(values(there[i].cpu()), values(here[i])) << i;
  }
}

}  // namespace

TEST_F(DeviceData, BatchesAreUploadedAhead) {
  const auto here = epochs(images(), 0, cpu);
  for (const int64_t workers : {0, 2}) expect_same(epochs(images(), workers, tested_device()), here);
}

TEST_F(DeviceData, ASetThatStaysThere) {
  const auto here = epochs(augmented(images()), 0, cpu);
  const data::DatasetPtr kept = data::on_device(images(), tested_device());
  for (const int64_t workers : {0, 2}) expect_same(epochs(augmented(kept), workers, tested_device()), here);
}

}  // namespace tenon::testing
