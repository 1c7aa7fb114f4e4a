// Friends that are not templates are how members.h works.
#pragma GCC diagnostic ignored "-Wnon-template-friend"
#include "tenon/tests/support/fake_device.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "tenon/core/backends.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/memory.h"
#include "tenon/tests/support/fake_kernels.h"

namespace tenon::testing {

Backend fake_kernels;

namespace {

using EventPtr = FakeQueues::EventPtr;

/// Runs f on the queues, behind their lock.
template <class F>
auto locked(const F& f) {
  FakeQueues& queues = FakeQueues::get();
  std::lock_guard lock(queues.mutex);
  return f(queues);
}

EventPtr& event_of(void* event) { return *static_cast<EventPtr*>(event); }

Status allocate(int32_t device, size_t bytes, void** memory) {
  return locked([&](FakeQueues& q) -> Status {
    if (q.faults(device)) return fake_fault;
    *memory = q.arenas[device].allocate(bytes);
    if (!*memory) return {StatusCode::out_of_memory, "the device is full"};
    q.arenas[device].spoil(*memory, bytes);
    return {};
  });
}

Status memory(int32_t device, size_t* free, size_t* total) {
  return locked([&](FakeQueues& q) -> Status {
    if (q.faults(device)) return fake_fault;
    const size_t used = q.arenas[device].used();
    *total = q.arenas[device].capacity();
    *free = *total - std::min(*total, used);
    return {};
  });
}

Status release(int32_t device, void* memory) {
  return locked([&](FakeQueues& q) -> Status {
    q.arenas[device].release(memory);
    return q.is_lost(device) ? fake_fault : Status{};
  });
}

Status allocate_pinned(size_t bytes, void** memory) {
  *memory = std::aligned_alloc(64, (bytes + 63) / 64 * 64);
  return {*memory ? StatusCode::ok : StatusCode::out_of_memory};
}

Status release_pinned(void* memory) {
  std::free(memory);
  return {};
}

Status copy(int32_t device, void* to, const void* from, size_t bytes, DeviceFunctions::Copy kind, void* stream) {
  using Copy = DeviceFunctions::Copy;
  return locked([&](FakeQueues& q) -> Status {
    if (q.is_lost(device)) return fake_fault;
    const auto work = [=, &q] {
      if (kind == Copy::on_device && q.is_lost(1 - device)) return;
      const auto live = [&](const void* memory) {
        return q.arenas[device].is_live(memory) || (kind == Copy::on_device && q.arenas[1 - device].is_live(memory));
      };
      if (live(to) != (kind != Copy::to_host) || live(from) != (kind != Copy::to_device)) {
        fake_failure("copy: memory is not where the call says");
      }
      for (const FakeArena& arena : q.arenas) arena.open();
      std::memcpy(to, from, bytes);
      for (const FakeArena& arena : q.arenas) arena.close();
    };
    q.push(device, stream, q.may_fault(device, work));
    return {};
  });
}

void forget(int32_t device, void* memory, size_t bytes, void* stream) {
  locked([&](FakeQueues& q) {
    q.push(device, stream, [=, &q] {
      if (!q.is_lost(device)) q.arenas[device].spoil(memory, bytes);
    });
  });
}

/// Lets work run until the condition holds, and tells what went wrong on the device.
template <class F>
Status wait_on(int32_t device, const F& condition) {
  return locked([&](FakeQueues& q) {
    if (q.faults(device)) return fake_fault;
    q.run_until([&] { return q.is_lost(device) || condition(q); });
    return q.is_lost(device) ? fake_fault : q.take_report(device);
  });
}

Status counted_call(int32_t device) {
  return locked([&](FakeQueues& q) { return q.faults(device) ? fake_fault : Status{}; });
}

Status create_stream(int32_t device, void** stream) {
  if (const Status status = counted_call(device); status.code != StatusCode::ok) return status;
  *stream = new char;
  return {};
}

Status destroy_stream(int32_t, void* stream) {
  delete static_cast<char*>(stream);
  return {};
}

Status synchronize_stream(int32_t device, void* stream) {
  return wait_on(device, [&](FakeQueues& q) { return q.empty(device, stream); });
}

Status synchronize_device(int32_t device) {
  return wait_on(device, [&](FakeQueues& q) { return q.empty(device); });
}

Status create_event(int32_t device, void** event) {
  if (const Status status = counted_call(device); status.code != StatusCode::ok) return status;
  *event = new EventPtr(std::make_shared<FakeQueues::Event>());
  return {};
}

Status destroy_event(int32_t, void* event) {
  delete &event_of(event);
  return {};
}

Status record_event(int32_t device, void* handle, void* stream) {
  return locked([&](FakeQueues& q) -> Status {
    if (q.faults(device)) return fake_fault;
    const EventPtr event = event_of(handle);
    const int64_t target = ++event->recorded;
    q.push(device, stream, [=] { event->passed = std::max(event->passed, target); });
    return {};
  });
}

Status wait_event(int32_t device, void* event, void* stream) {
  return locked([&](FakeQueues& q) -> Status {
    if (q.faults(device)) return fake_fault;
    q.push_wait(device, stream, event_of(event));
    return {};
  });
}

Status query_event(int32_t device, void* handle, bool* done) {
  return locked([&](FakeQueues& q) -> Status {
    if (q.faults(device)) return fake_fault;
    const EventPtr event = event_of(handle);
    *done = event->passed >= event->recorded;
    if (!*done) q.step();  // a loop that asks comes to its end
    return {};
  });
}

Status synchronize_event(int32_t device, void* handle) {
  const EventPtr event = event_of(handle);
  return wait_on(device, [&](FakeQueues&) { return event->passed >= event->recorded; });
}

constexpr DeviceFunctions functions{
    .count = [] { return int32_t{FakeQueues::devices}; },
    .describe = [](int32_t) { return "a device of the tests"; },
    .allocate = allocate,
    .memory = memory,
    .release = release,
    .allocate_pinned = allocate_pinned,
    .release_pinned = release_pinned,
    .copy = copy,
    .forget = forget,
    .create_stream = create_stream,
    .destroy_stream = destroy_stream,
    .synchronize_stream = synchronize_stream,
    .synchronize_device = synchronize_device,
    .create_event = create_event,
    .destroy_event = destroy_event,
    .record_event = record_event,
    .wait_event = wait_event,
    .query_event = query_event,
    .synchronize_event = synchronize_event,
};

Device register_fake() {
  fake_kernels = detail::backends[0];
  Backend backend = fake_kernels;
  backend.name = "fake";
  backend.device = functions;
  fill_late(backend);
  return register_backend(backend);
}

}  // namespace

const Services fake_services{
    .workspace = [](const Launch&, size_t bytes) { return std::aligned_alloc(64, (bytes + 63) / 64 * 64); },
    .release = [](const Launch&, void* memory) { std::free(memory); },
    .data_fault = [](const Launch& launch, int64_t index) { detail::services.data_fault(launch, index); },
    .log = [](const char* text) { detail::services.log(text); },
};

Device fake(int index) {
  static const Device first = register_fake();
  return {first.backend, static_cast<int8_t>(index)};
}

Device bare() {
  static const Device device = [] {
    Backend backend;
    backend.name = "bare";
    backend.device = functions;
    return register_backend(backend);
  }();
  return device;
}

void seed_fake(uint64_t seed) {
  locked([&](FakeQueues& q) { q.random.seed(seed); });
}

int64_t queued_on_fake() {
  return locked([](FakeQueues& q) { return q.size(); });
}

int64_t host_waits_on_fake() {
  return locked([](FakeQueues& q) { return q.waits; });
}

void run_fake() {
  locked([](FakeQueues& q) {
    while (q.step()) {
    }
  });
}

void fault_fake_after(int64_t calls, Device device) {
  locked([&](FakeQueues& q) { q.fault_after(device.index, calls); });
}

void mend_fake(Device device) {
  fault_fake_after(-1, device);
  detail::forget_fault(device);
  empty_cache(device);
}

void set_fake_capacity(size_t bytes) {
  locked([&](FakeQueues& q) {
    for (FakeArena& arena : q.arenas) arena.set_capacity(bytes);
  });
}

}  // namespace tenon::testing
