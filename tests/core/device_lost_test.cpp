#include <cstdlib>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "tenon/core/backends.h"
#include "tenon/core/device_fault.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/io/npy.h"
#include "tenon/core/memory.h"
#include "tenon/core/ops/activation.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/matmul.h"
#include "tenon/core/streams.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"
#include "tenon/tests/support/print_lost.h"
#include "tenon/tests/support/temporary_directory.h"

namespace tenon::testing {
namespace {

struct DeviceLostTest : ::testing::Test {
  const Device device = fake(1);
  DeviceLostTest() { mend_fake(device); }
  ~DeviceLostTest() override { mend_fake(device); }

  /// A fault in the next kernel, met when somebody waits.
  void lose() const {
    const Array x = zeros({4}, float32, device);
    fault_fake_after(0, device);
    EXPECT_THROW((x + 1).cpu(), DeviceLost);
  }
};

TEST_F(DeviceLostTest, NamesTheFaultWhereItWasReportedAndTheLastOps) {
  const Array x = full({3, 3}, 1.f, float32, device);
  { const Array a = relu(x), b = a, c = relu(b), d = relu(c); }  // memory for what follows
  synchronize(device);
  mend_fake(device);  // the ops so far are forgotten
  fault_fake_after(0, device);
  const Array y = matmul(relu(x) + 1, x);
  const std::string expected =
      "DeviceLost: fake:1: illegal address, reported at synchronize; last ops queued: relu, add, matmul; "
      "TENON_CUDA_SYNC=1 finds the op";
  expect_error<DeviceLost>([&] { synchronize(device); }, expected);
  // From now on everything says the same.
  const Stream stream = Stream::default_of(device);
  const std::function<void()> uses[] = {[&] { relu(x); },
                                        [&] { y.cpu(); },
                                        [&] { x.to(cpu); },
                                        [&] { x.to(fake(0)); },
                                        [&] {
                                          ones({3, 3}).to(device);
                                        },
                                        [&] { empty({5}, float32, device); },
                                        [&] { synchronize(device); },
                                        [&] { stream.synchronize(); },
                                        [&] { Event event(stream); },
                                        [&] { stream.wait(Event(Stream::default_of(fake(0)))); }};
  for (const auto& use : uses) expect_error<DeviceLost>(use, expected);
}

TEST_F(DeviceLostTest, OfManyOpsTheLastEightAreNamed) {
  Array x = zeros({4}, float32, device);
  for (int i = 0; i < 20; ++i) x = relu(x + 1);
  x = x * x;
  fault_fake_after(0, device);
  expect_error<DeviceLost>([&] { synchronize(device); },
                           "DeviceLost: fake:1: illegal address, reported at synchronize; last ops queued: relu, add, "
                           "relu, add, relu, add, relu, mul; TENON_CUDA_SYNC=1 finds the op");
}

TEST_F(DeviceLostTest, AnyCallMayReportIt) {
  const Array x = zeros({4}, float32, device), host = zeros({4});
  const Stream stream = Stream::default_of(device);
  const Event event(stream);
  const std::pair<const char*, std::function<void()>> calls[] = {
      {"allocate", [&] { empty({1 << 22}, float32, device); }},
      {"Event", [&] { Event made(stream); }},
      {"Event::done", [&] { static_cast<void>(event.done()); }},
      {"Event::synchronize", [&] { event.synchronize(); }},
      {"Stream::wait", [&] { stream.wait(event); }},
      {"synchronize", [&] { stream.synchronize(); }},
      {"synchronize", [&] { synchronize(device); }},
  };
  for (const auto& [name, call] : calls) {
    synchronize(device);
    detail::forget_fault(device);
    fault_fake_after(0, device);
    expect_error<DeviceLost>(
        call, text("DeviceLost: fake:1: illegal address, reported at ", name, "; TENON_CUDA_SYNC=1 finds the op"));
    fault_fake_after(-1, device);
    detail::forget_fault(device);
  }
}

// cuBLAS and cuDNN have errors of their own for it.
TEST_F(DeviceLostTest, ALibraryThatFailsMayNotKnowWhy) {
  const Status failed{StatusCode::library, "execution failed"};
  expect_error<DeviceError>([&] { detail::check_device(failed, device, "matmul"); },
                            "matmul: execution failed (on fake:1)");
  EXPECT_FALSE(detail::is_lost(device));
  fault_fake_after(0, device);
  expect_error<DeviceLost>([&] { detail::check_device(failed, device, "matmul"); },
                           "DeviceLost: fake:1: illegal address, reported at matmul; TENON_CUDA_SYNC=1 finds the op");
}

TEST_F(DeviceLostTest, WhatIsElsewhereGoesOn) {
  const TemporaryDirectory directory;
  const Array here = full({4}, 3.f), there = here.to(fake(0));
  Array pinned = pin_memory(here, device);
  save_npy(directory.file("x.npy"), here);
  std::optional<Array> gone = here.to(device);
  std::optional<Stream> side(std::in_place, device);
  std::optional<Event> event(std::in_place, *side);
  {
    const StreamScope scope(*side);
    gone = *gone + pinned.to(device, {.async = true});
  }
  lose();
  // Silent: all that only lets go, and what is known without asking.
  EXPECT_GT(memory_stats(device).allocated, 0u);
  gone.reset();
  event.reset();
  side.reset();
  EXPECT_EQ(memory_stats(device).allocated, 0u);
  empty_cache(device);
  EXPECT_EQ(memory_stats(device).reserved, 0u);
  EXPECT_EQ(current_stream(device), Stream::default_of(device));
  // Useful: everything else.
  EXPECT_EQ((pinned + here).select(0, 0).item<float>(), 6);
  EXPECT_EQ((there * 2).cpu().select(0, 0).item<float>(), 6);
  EXPECT_EQ(load_npy(directory.file("x.npy")).select(0, 0).item<float>(), 3);
  pinned = pin_memory(here + 1, fake(0));
  EXPECT_EQ(pinned.to(fake(0)).cpu().select(0, 0).item<float>(), 4);
  EXPECT_THROW(zeros({1}, float32, device), DeviceLost);
}

TEST_F(DeviceLostTest, WorkspacesAreRefusedWithTheSameError) {
  lose();
  Launch launch{"sort", nullptr, &detail::services, nullptr, device.index, 0};
  EXPECT_THROW(detail::launch_on_device(launch, device), DeviceLost);
  detail::LaunchContext context{device};
  launch.context = &context;
  EXPECT_EQ(detail::services.workspace(launch, 1000), nullptr);
  const Status none{StatusCode::out_of_memory, "no scratch memory is left"};
  EXPECT_THROW(detail::throw_failed(launch.op, device, none, context), DeviceLost);
}

// In a process of their own: what it prints, how it ends, and what the environment says.

void end_with_arrays_on_a_lost_device() {
  static const Array kept = zeros({100}, float32, fake(1));
  static thread_local const Array of_thread = zeros({100}, float32, fake(1));
  static const Stream stream(fake(1));
  static const Event event(stream);
  fault_fake_after(0, fake(1));
  print_lost([] { (kept + of_thread).cpu(); });
  std::exit(0);
}

void fail_in_sync_mode() {
  setenv("TENON_CUDA_SYNC", "1", 1);
  const Array x = zeros({4}, float32, fake(1));
  const Array a = relu(x);
  fault_fake_after(2, fake(1));  // two calls of relu, one launches and one waits
  const Array b = relu(a);
  print_lost([&] { b + 1; });
  std::exit(0);
}

TEST(DeviceLostDeathTest, TheExitIsCleanAndSilent) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(end_with_arrays_on_a_lost_device(), ::testing::ExitedWithCode(0),
              "^DeviceLost: fake:1: illegal address, reported at synchronize; last ops queued: .*, add, to; "
              "TENON_CUDA_SYNC=1 finds the op\n$");
}

TEST(DeviceLostDeathTest, InSyncModeTheOpIsTheOneThatFailed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(fail_in_sync_mode(), ::testing::ExitedWithCode(0),
              "^DeviceLost: fake:1: illegal address, reported at add; last ops queued: .*, relu, relu, add\n$");
}

}  // namespace
}  // namespace tenon::testing
