// A backend over host memory that fails when lifetime or order is wrong. Calls are queued by stream and run late: when
// the host waits for an event, a stream or a device, in an order between the streams that the seed decides. What goes
// back to the allocator is filled with 0xff when its stream comes to it. The memory can be read and written only while
// one of its own kernels runs, which are the CPU's; anywhere else that ends the process. So does a kernel that is
// handed memory which is not live memory of its device.
#pragma once
#include <cstdint>

#include "tenon/core/device.h"

namespace tenon::testing {

/// One of the two devices `fake:0` and `fake:1`. Registers the backend at the first call.
Device fake(int index = 0);
/// The device of a backend with the same memory and no kernels.
Device bare();

/// Decides the order in which streams run from now on.
void seed_fake(uint64_t seed);
/// How many calls wait in all queues.
int64_t queued_on_fake();
/// How often the host has waited for something that was not done yet: an event, a stream or a device.
int64_t host_waits_on_fake();
/// Runs all that can run, as devices do on their own while the host is busy.
void run_fake();
/// A fake device meets a fault at one of the calls for it: 0 is the next allocation, copy, kernel, wait, or call for a
/// stream or an event. Copies and kernels meet it when they run. From then on every call answers with the fault, what
/// is queued does nothing, and nobody waits for it.
void fault_fake_after(int64_t calls, Device device);
/// Makes a fake device work again, met it the fault or not, as no real device does. What was on it is gone.
void mend_fake(Device device);
/// How much memory a fake device has: 256 MiB at first.
void set_fake_capacity(size_t bytes);

}  // namespace tenon::testing
