#include "tenon/core/streams.h"

#include <gtest/gtest.h>

#include "tenon/core/dispatch.h"
#include "tenon/core/memory.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/loop.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {
namespace {

constexpr int seeds = 40;

float first(const Array& x) { return x.cpu().flatten().select(0, 0).item<float>(); }

TEST(Streams, AnEventOrdersWhatTwoStreamsDo) {
  const Stream writer(fake()), reader(fake());
  EXPECT_NE(writer, reader);
  for (int seed = 0; seed < seeds; ++seed) {
    seed_fake(seed);
    Array x;
    {
      const StreamScope scope(writer);
      x = zeros({8}, float32, fake());
      for (int i = 0; i < 5; ++i) x += 1;
    }
    const StreamScope scope(reader);
    reader.wait(Event(writer));
    EXPECT_EQ(first(x * 2), 10);
  }
}

TEST(Streams, WithoutTheEventTheFakeDeviceShowsIt) {
  const Stream writer(fake()), reader(fake());
  int wrong = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    seed_fake(seed);
    Array x;
    {
      const StreamScope scope(writer);
      x = zeros({8}, float32, fake());
      for (int i = 0; i < 5; ++i) x += 1;
    }
    const StreamScope scope(reader);
    wrong += first(x * 2) != 10;
    synchronize(fake());
  }
  EXPECT_GT(wrong, seeds / 2);
}

TEST(Streams, OfTwoDevices) {
  const Stream here(fake(0)), there(fake(1));
  for (int seed = 0; seed < seeds; ++seed) {
    seed_fake(seed);
    Array x, y;
    {
      const StreamScope scope(here);
      x = zeros({8}, float32, fake(0));
      for (int i = 0; i < 5; ++i) x += 1;
      const StreamScope other(there);  // each device has a current stream of its own
      EXPECT_EQ(current_stream(fake(0)), here);
      y = x.to(fake(1)) * 2;  // waits for `here`
      x += 100;               // waits for the copy
    }
    here.wait(Event(there));  // what is done here now comes after it
    const StreamScope scope(here);
    const StreamScope other(there);
    const Array back = y.to(fake(0)) + 1;
    EXPECT_EQ(first(back), 11);
    EXPECT_EQ(first(x), 105);
  }
}

enum class By { op, hand, view };

/// y = x + x on the current stream, by the op; by hand, when nobody notes that the stream uses x; or as a kernel of
/// one's own would do it, through a view.
Array twice(const Array& x, By by) {
  if (by == By::op) return x + x;
  if (by == By::view) x.device_view<const float, 1>();
  Array y = empty_like(x, x.dtype());
  const View operands[] = {y.raw(), x.raw(), x.raw()};
  Loop loop;
  detail::make_loop(loop, operands, operands[0].shape, 1);
  Launch launch{"add", nullptr, &detail::services, nullptr, 0, 0};
  detail::launch_on_device(launch, x.device());
  detail::slot_on(detail::kernels.arithmetic.add, x.device()).function()(loop, launch);
  return y;
}

/// How often memory that goes back while another stream still reads it is overwritten too soon.
int overwritten(By by) {
  const Stream owner(fake()), reader(fake());
  int wrong = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    seed_fake(seed);
    Array x;
    {
      const StreamScope scope(owner);
      x = full({8}, 3.f, float32, fake());
    }
    reader.wait(Event(owner));
    const StreamScope scope(reader);
    const Array y = twice(x, by);
    x = Array();
    {
      const StreamScope again(owner);
      const Array z = full({8}, 5.f, float32, fake());
      wrong += first(z) != 5;
    }
    wrong += first(y) != 6;
    synchronize(fake());
  }
  return wrong;
}

TEST(Streams, MemoryStaysUntilEveryStreamIsThrough) { EXPECT_EQ(overwritten(By::op), 0); }

TEST(Streams, ADownloadWithoutAWaitHoldsItsSource) {
  const Stream owner(fake()), reader(fake());
  for (int seed = 0; seed < seeds; ++seed) {
    seed_fake(seed);
    Array x, y;
    {
      const StreamScope scope(owner);
      x = full({8}, 3.f, float32, fake());
    }
    reader.wait(Event(owner));
    {
      const StreamScope scope(reader);
      y = x.to(cpu, {.async = true});
    }
    x = Array();
    const StreamScope scope(owner);
    const Array z = full({8}, 5.f, float32, fake());
    EXPECT_EQ(first(z), 5);
    reader.synchronize();
    EXPECT_EQ(first(y), 3);
  }
}

TEST(Streams, AViewForADeviceCountsAsUse) { EXPECT_EQ(overwritten(By::view), 0); }

TEST(Streams, UseOfFreedMemoryShows) { EXPECT_GT(overwritten(By::hand), 0); }

TEST(Streams, FaultsSurfaceAtTheNextWait) {
  const Array x = zeros({3, 2}).to(fake()), index = array<int64_t>({0, 7}).to(fake());
  const Array picked = index_select(x, 0, index);
  const Array later = picked + 1;
  expect_error<IndexError>([&] { later.cpu(); }, "index_select: index 7 is out of range (on fake:0)");
  EXPECT_EQ(first(x), 0);  // told once

  const Stream side(fake());
  {
    const StreamScope scope(side);
    index_select(x, 0, index);
  }
  expect_error<IndexError>([&] { side.synchronize(); }, "index_select: index 7 is out of range (on fake:0)");
  index_select(x, 0, index);
  expect_error<IndexError>([&] { synchronize(fake()); }, "index_select: index 7 is out of range (on fake:0)");
  index_select(x, 0, index);
  const Event event(current_stream(fake()));
  expect_error<IndexError>([&] { event.synchronize(); }, "index_select: index 7 is out of range (on fake:0)");
}

TEST(Streams, CurrentStreamBelongsToAScope) {
  const Stream before = current_stream(fake()), side(fake());
  EXPECT_EQ(before, Stream::default_of(fake()));
  EXPECT_EQ(before.native(), nullptr);
  {
    const StreamScope scope(side);
    EXPECT_EQ(current_stream(fake()), side);
    EXPECT_NE(side.native(), nullptr);
    EXPECT_EQ(current_stream(fake(1)), Stream::default_of(fake(1)));
  }
  EXPECT_EQ(current_stream(fake()), before);
}

TEST(Streams, EventTellsWhenItIsPassed) {
  const Stream side(fake());
  Array x;
  {
    const StreamScope scope(side);
    x = zeros({4}, float32, fake()) + 1;
  }
  const Event event(side);
  EXPECT_FALSE(event.done());
  while (!event.done()) {
  }
  event.synchronize();
  EXPECT_EQ(queued_on_fake(), 0);
}

TEST(Streams, StreamsAreUsedAgain) {
  void* native = Stream(fake(1)).native();
  EXPECT_EQ(Stream(fake(1)).native(), native);
}

TEST(Streams, OnTheCpuTheyDoNothing) {
  const Stream stream(cpu);
  const StreamScope scope(stream);
  EXPECT_EQ(stream, Stream::default_of(cpu));
  stream.wait(Event(stream));
  EXPECT_TRUE(Event(stream).done());
  Event(stream).synchronize();
  stream.synchronize();
  synchronize(cpu);
}

TEST(Streams, WorkspacesAreOrderedByTheStream) {
  Launch launch{"test", nullptr, &detail::services, nullptr, 0, 0};
  detail::launch_on_device(launch, fake());
  const size_t before = memory_stats(fake()).allocated;
  void* workspace = detail::services.workspace(launch, 1000);
  EXPECT_EQ(memory_stats(fake()).allocated, before + 1024);
  detail::services.release(launch, workspace);
  EXPECT_EQ(detail::services.workspace(launch, 1000), workspace);  // the stream comes to the next use later
  detail::services.release(launch, workspace);
  EXPECT_EQ(detail::services.workspace(launch, size_t{1} << 40), nullptr);
}

}  // namespace
}  // namespace tenon::testing
