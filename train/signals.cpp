#include "tenon/train/signals.h"

#include <atomic>
#include <csignal>

namespace tenon::inline v0 {
namespace train {
namespace {

constexpr int watched[] = {SIGINT, SIGTERM};
constinit std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may not lock");
struct sigaction before[2];

void remember(int signal) { received.store(signal, std::memory_order_relaxed); }

}  // namespace

StopSignals::StopSignals() {
  received.store(0);
  struct sigaction action {};
  action.sa_handler = remember;
  // Once only: the second Ctrl-C finds the default. System calls of the loader go on.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < 2; ++i) sigaction(watched[i], &action, &before[i]);
}

StopSignals::~StopSignals() {
  for (int i = 0; i < 2; ++i) sigaction(watched[i], &before[i], nullptr);
}

int StopSignals::requested() const { return received.load(std::memory_order_relaxed); }

}  // namespace train
}  // namespace tenon::inline v0
