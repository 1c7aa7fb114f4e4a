// What the programs that bench/run compares have in common: a list of workloads, and how one is timed.
//
//   PROGRAM --list            names, one a line
//   PROGRAM --about           what it is built on, in words
//   PROGRAM NAME...           measures these once
//   PROGRAM --serve           reads lines `NAME SECONDS` from stdin and answers each with a line
//   PROGRAM --count N         reads names and runs each N times in bench_counted, for bench/instructions
//
// A name may have a form behind it, `lenet_64_adam@channels_last`: the same arithmetic done otherwise.
// An answer is one JSON object: workload, ns_per_iter (median of up to 5 slices), lo_ns (the fastest slice), iterations
// in all, peak_mb (of the process until now) and, where something is trained, first_loss and loss: the loss before and
// now, so that somebody can see it fall.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Runs a workload n times and returns its last loss, or 0 where there is none.
using Run = std::function<double(int64_t n)>;

/// A question: `prepare` builds the state; one iteration of what it returns holds `operations` of what is counted.
struct Workload {
  std::string name;
  std::function<Run()> prepare;
  double operations = 1;
};

/// Makes the compiler believe that x is used.
template <class T>
void keep(const T& x) {
  asm volatile("" ::"r"(&x) : "memory");
}

/// The loop over `f` is compiled around it: an iteration costs no indirect call.
template <class F>
Run repeat(F f) {
  return [f](int64_t n) mutable {
    for (int64_t i = 0; i < n; ++i) f();
    return 0.0;
  };
}

/// The same for a training step that returns its loss, read once at the end: `value` makes a number of it.
template <class Step, class Value>
Run train(Step step, Value value) {
  return [step, value](int64_t n) mutable {
    for (int64_t i = 1; i < n; ++i) step();
    return static_cast<double>(value(step()));
  };
}

/// The most memory that the process ever had, in MB. Not by getrusage, which begins with what started the process.
inline double peak_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kb = 0;
    if (word == "VmHWM:" && status >> kb) return kb / 1024;
  }
  return 0;
}

/// A workload that has been prepared, and how often it ran.
class Measured {
 public:
  explicit Measured(const Workload& workload) : workload_(workload), run_(workload.prepare()), first_loss_(run_(1)) {}

  /// Warms up for a quarter of `seconds`, then times 5 slices of a fifth each, or fewer where an iteration is longer.
  std::string measure(double seconds) {
    int64_t n = 1;
    double spent = time(n);
    for (double total = spent; total < seconds / 4; total += spent) {
      if (spent < seconds / 16) n *= 2;
      spent = time(n);
    }
    const int64_t last = n;
    n = std::max<int64_t>(1, static_cast<int64_t>(static_cast<double>(n) * seconds / 5 / spent));
    const double per_iteration = spent / static_cast<double>(last);
    std::vector<double> slices(std::clamp<size_t>(static_cast<size_t>(seconds / per_iteration), 1, 5));
    for (double& slice : slices) slice = time(n) / (static_cast<double>(n) * workload_.operations) * 1e9;
    std::sort(slices.begin(), slices.end());
    return json(slices[slices.size() / 2], slices[0]);
  }

 private:
  double time(int64_t n) {
    const auto start = std::chrono::steady_clock::now();
    loss_ = run_(n);
    iterations_ += n;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  std::string json(double median, double lowest) const {
    std::array<char, 512> text;
    std::snprintf(text.data(), text.size(),
                  R"({"workload": "%s", "ns_per_iter": %.2f, "lo_ns": %.2f, "iterations": %lld, )"
                  R"("peak_mb": %.1f, "first_loss": %.7g, "loss": %.7g})",
                  workload_.name.c_str(), median, lowest, static_cast<long long>(iterations_), peak_mb(), first_loss_,
                  loss_);
    return text.data();
  }

  const Workload& workload_;
  Run run_;
  double first_loss_;
  double loss_ = 0;
  int64_t iterations_ = 1;
};

/// What bench/instructions counts: found by its name.
extern "C" [[gnu::noinline]] inline void bench_counted(const Run& run, int64_t n) { run(n); }

/// Runs a workload, warmed up, so that its instructions can be counted; returns how many operations those are.
inline double count(const Workload& workload, int64_t n) {
  const Run run = workload.prepare();
  run(n);
  bench_counted(run, n);
  return workload.operations * static_cast<double>(n);
}

/// The main function of such a program.
inline int serve(int argc, char** argv, const std::vector<Workload>& workloads, const std::string& about) {
  std::map<std::string, Measured> prepared;
  const auto find = [&](const std::string& name) -> const Workload& {
    const auto found = std::find_if(workloads.begin(), workloads.end(), [&](const auto& w) { return w.name == name; });
    if (found == workloads.end()) throw std::runtime_error("no workload " + name);
    return *found;
  };
  const auto answer = [&](const std::string& name, double seconds) {
    std::cout << prepared.try_emplace(name, find(name)).first->second.measure(seconds) << std::endl;
  };
  try {
    const std::string mode = argc > 1 ? argv[1] : "--list";
    if (mode == "--list") {
      for (const Workload& w : workloads) std::cout << w.name << '\n';
    } else if (mode == "--about") {
      std::cout << about << '\n';
    } else if (mode == "--serve") {
      std::string name;
      for (double seconds; std::cin >> name >> seconds;) answer(name, seconds);
    } else if (mode == "--count" && argc > 2) {
      const int64_t n = std::stoll(argv[2]);
      for (std::string name; std::cin >> name;) std::cout << count(find(name), n) << std::endl;
    } else {
      for (int i = 1; i < argc; ++i) answer(argv[i], 1.0);
    }
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
  return 0;
}

}  // namespace bench
