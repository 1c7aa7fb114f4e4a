// Streams, events and copies of a device.
#include "tenon/core/streams.h"

#include "tenon/core/error.h"
#include "tenon/core/memory.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/layout.h"
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

using DeviceStreams = OnDevice;

namespace {
int64_t many() { return tests_fake_device() ? 1 << 12 : 1 << 22; }
float last(const Array& x) { return x.slice(0, x.numel() - 1, x.numel()).cpu().item<float>(); }
}  // namespace

TEST_F(DeviceStreams, EventsOrderThem) {
  const Device device = tested_device();
  const Stream writer(device), reader(device);
  Array x = zeros({many()}, float32, device);
  writer.wait(Event(current_stream(device)));
  for (int round = 1; round <= 30; ++round) {
    {
      const StreamScope scope(writer);
      for (int i = 0; i < 4; ++i) x += 1;
    }
    reader.wait(Event(writer));
    {
      const StreamScope scope(reader);
      EXPECT_EQ(last(x * 2), 8 * round);
    }
    writer.wait(Event(reader));
  }
  synchronize(device);
}

TEST_F(DeviceStreams, EventsTellWhenTheyArePassed) {
  const Device device = tested_device();
  const Stream stream(device);
  const StreamScope scope(stream);
  Array x = zeros({many()}, float32, device);
  for (int i = 0; i < 50; ++i) x += 1;
  const Event event(stream);
  while (!event.done()) {
  }
  EXPECT_EQ(last(x), 50);
}

TEST_F(DeviceStreams, CopiesUpAndDown) {
  const Device device = tested_device();
  for (const DType dtype : {bool_, uint8, int64, bfloat16, float32, float64}) {
    for (const int64_t n : {int64_t{0}, int64_t{1}, int64_t{4097}, many() + 3}) {
      const Array x = remainder(arange(0, n, 1, int64), 2).to(dtype);
      const Array back = x.to(device).cpu();
      EXPECT_EQ(back.dtype(), dtype);
      EXPECT_EQ(values(back), values(x)) << name_of(dtype) << " " << n;
      EXPECT_EQ(values(pin_memory(x, device).to(device).to(float64).cpu()), values(x));
    }
  }
  // The source may be overwritten when the call returns.
  Array source = full({many()}, 1.f);
  const Array first = source.to(device);
  source += 1;
  EXPECT_EQ(last(first), 1);
  EXPECT_EQ(last(source.to(device)), 2);
}

TEST_F(DeviceStreams, IndicesOutOfRangeSurfaceAtTheNextWait) {
  const Device device = tested_device();
  const Array x = zeros({3, 2}).to(device);
  const Array picked = index_select(x, 0, array<int64_t>({0, 7}).to(device));
  try {
    picked.cpu();
    ADD_FAILURE() << "index 7 of 3 was taken";
  } catch (const IndexError& error) {
    EXPECT_NE(std::string(error.what()).find("index 7 is out of range"), std::string::npos) << error.what();
  }
  EXPECT_EQ(values(x), std::vector<double>(6));  // told once
}

}  // namespace tenon::testing
