// Backward on a device with streams, which the fake device runs late and in any order that events allow.
#include "tenon/core/streams.h"

#include "tenon/tests/autograd/helpers.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

TEST(Streams, BackwardRunsOnTheStreamOfItsForward) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    seed_fake(seed);
    const Device device = fake();
    const Stream side(device), other(device);
    const Tensor x = leaf(Array(full({64}, 3.f)).to(device)), w = leaf(Array(full({64}, 2.f)).to(device));
    Tensor h, k, y;
    void* during = &during;
    {
      side.wait(Event(current_stream(device)));
      const StreamScope scope(side);
      h = x * w;
      k = record("watched", h.array() * 1, {h}, keep_nothing, [&](const Backward& b) {
        during = current_stream(device).native();
        return gradients(b.dy() * 1);
      });
    }
    {
      other.wait(Event(side));
      const StreamScope scope(other);
      y = k * h;
    }
    current_stream(device).wait(Event(other));
    const Tensor total = sum(y + h);
    const Tensor by_h = grad(total, h, {.retain_graph = true});
    EXPECT_EQ(values(by_h), Values(64, 13));
    total.backward();
    EXPECT_EQ(during, side.native());
    EXPECT_EQ(current_stream(device).native(), nullptr);
    EXPECT_EQ(values(x.grad()), Values(64, 26));  // (2 h + 1) w
    EXPECT_EQ(values(w.grad()), Values(64, 39));
    synchronize(device);
  }
}

TEST(Streams, GradientsOfCpuNumbersBesideDeviceTensors) {
  const Tensor x = leaf(Array(full({4}, 3.f)).to(fake())), s = leaf(full({}, 2.f));
  sum(x * s).backward();
  EXPECT_EQ(s.grad().device(), cpu);
  EXPECT_EQ(s.grad().item<float>(), 12);
  EXPECT_EQ(x.grad().device(), fake());
  EXPECT_EQ(values(x.grad()), Values(4, 2));
}

TEST(Streams, ToAnotherDeviceAndBack) {
  const Tensor x = leaf(full({4}, 3.f));
  const Tensor y = (x.to(fake(0)) * 2).to(fake(1)) * 5;
  sum(y.cpu()).backward();
  EXPECT_EQ(x.grad().device(), cpu);
  EXPECT_EQ(values(x.grad()), Values(4, 10));
}

}  // namespace tenon::testing
