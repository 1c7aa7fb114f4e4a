// A fault on a device, in a process of its own.
#include <cstdlib>

#include "tenon/core/dispatch.h"
#include "tenon/core/io/npy.h"
#include "tenon/core/memory.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/loop.h"
#include "tenon/core/streams.h"
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/print_lost.h"
#include "tenon/tests/support/temporary_directory.h"

namespace tenon::testing {

using DeviceFaultDeathTest = OnDevice;

namespace {

/// A kernel of ours, handed an address where nothing is.
void fault(Device device) {
  const TemporaryDirectory directory;
  const Array here = full({4}, 3.f);
  save_npy(directory.file("x.npy"), here);
  {
    const Array there = here.to(device), out = empty({4}, float32, device);
    synchronize(device);
    View wild = there.raw();
    wild.data = reinterpret_cast<void*>(uintptr_t{1} << 40);
    const View operands[] = {out.raw(), wild};
    Loop loop;
    detail::make_loop(loop, operands, operands[0].shape, 1);
    detail::run(detail::kernels.activation.relu, device, float32, loop);
    print_lost([&] { out.cpu(); });
    print_lost([&] { there + 1; });
    print_lost([&] { zeros({1 << 20}, float32, device); });
    print_lost([&] { synchronize(device); });
  }
  empty_cache(device);
  if ((load_npy(directory.file("x.npy")) + here).select(0, 0).item<float>() != 6) std::exit(1);
  std::exit(0);
}

}  // namespace

TEST_F(DeviceFaultDeathTest, EveryLaterOpSaysThatTheDeviceIsLost) {
  if (tests_fake_device()) GTEST_SKIP() << "the fake device ends the process: tests/core/device_lost_test.cpp";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const std::string line =
      "DeviceLost: cuda:[0-9]: illegal address, reported at (to|synchronize); last ops queued: .*relu, to; "
      "TENON_CUDA_SYNC=1 finds the op\n";
  EXPECT_EXIT(fault(tested_device()), ::testing::ExitedWithCode(0), "^" + line + line + line + line + "$");
}

}  // namespace tenon::testing
