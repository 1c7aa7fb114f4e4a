#include "tenon/tests/support/fake_queue.h"

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace tenon::testing {

void fake_failure(const std::string& why) {
  std::fprintf(stderr, "fake device: %s\n", why.c_str());
  std::abort();
}

FakeQueues& FakeQueues::get() {
  static auto* queues = new FakeQueues;  // arrays may be given back after every static object
  return *queues;
}

void FakeQueues::fault_after(int device, int64_t calls) {
  run_until([&] { return empty(device); });
  calls_left_[device] = calls;
  lost_[device] = false;
}

bool FakeQueues::faults(int device) { return lost_[device] = lost_[device] || is_due(device); }

std::function<void()> FakeQueues::may_fault(int device, std::function<void()> work) {
  return [this, device, fatal = is_due(device), work = std::move(work)] {
    lost_[device] = lost_[device] || fatal;
    if (!lost_[device]) work();
  };
}

void FakeQueues::push(int device, void* stream, std::function<void()> work) {
  queues_[{device, stream}].push_back({std::move(work), nullptr});
}

void FakeQueues::push_wait(int device, void* stream, const EventPtr& event) {
  queues_[{device, stream}].push_back({[] {}, event, event->recorded});
}

bool FakeQueues::step() {
  std::vector<std::deque<Call>*> ready;
  for (auto& [key, queue] : queues_) {
    if (queue.empty()) continue;
    const Call& next = queue.front();
    if (!next.event || next.event->passed >= next.target) ready.push_back(&queue);
  }
  if (ready.empty()) return false;
  std::deque<Call>& queue = *ready[random() % ready.size()];
  const Call call = std::move(queue.front());
  queue.pop_front();
  call.work();
  return true;
}

void FakeQueues::run_until(const std::function<bool()>& condition) {
  if (!condition()) ++waits;
  while (!condition()) {
    if (!step()) fake_failure("every stream waits for an event that nobody records");
  }
}

bool FakeQueues::empty(int device, void* stream) { return queues_[{device, stream}].empty(); }

bool FakeQueues::empty(int device) {
  for (const auto& [key, queue] : queues_) {
    if (key.first == device && !queue.empty()) return false;
  }
  return true;
}

int64_t FakeQueues::size() const {
  int64_t n = 0;
  for (const auto& [key, queue] : queues_) n += static_cast<int64_t>(queue.size());
  return n;
}

void FakeQueues::report(int device, const Status& status) {
  if (status.code == StatusCode::ok || reports_[device].code != StatusCode::ok) return;
  texts_[device] = status.text;
  reports_[device] = {status.code, texts_[device].c_str()};
}

Status FakeQueues::take_report(int device) { return std::exchange(reports_[device], {}); }

}  // namespace tenon::testing
