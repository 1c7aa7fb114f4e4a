// What a training step needs, in float32 or under autocast.
#pragma once
#include <optional>

#include "frame.h"
#include "optimizers.h"
#include <ATen/autocast_mode.h>
#include <malloc.h>

/// malloc keeps its pages: without this, page faults are a fifth of a training step.
inline void keep_pages() {
  constexpr int gigabyte = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, gigabyte);
  mallopt(M_TRIM_THRESHOLD, gigabyte);
  mallopt(M_TOP_PAD, 64 << 20);
}

/// What `with torch.autocast("cpu", torch.bfloat16)` does: the cache of casts is dropped at the end.
class Autocast {
 public:
  explicit Autocast(torch::Dtype precision) {
    at::autocast::set_autocast_enabled(at::kCPU, true);
    at::autocast::set_autocast_dtype(at::kCPU, precision);
    at::autocast::increment_nesting();
  }
  ~Autocast() {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(at::kCPU, false);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
};

template <class Forward>
bench::Run step(Forward loss, std::vector<torch::Tensor> parameters, const Make& make,
                torch::Dtype precision = torch::kFloat) {
  return bench::train(
      [loss, precision, optimizer = make(std::move(parameters))]() mutable {
        torch::Tensor l;
        {
          std::optional<Autocast> scope;
          if (precision != torch::kFloat) scope.emplace(precision);
          l = loss();
        }
        l.backward();
        optimizer->step();
        return l.detach();
      },
      [](const torch::Tensor& l) { return l.item<double>(); });
}

/// The weights of convolutions in this layout.
inline void bring_to(torch::MemoryFormat layout, const std::vector<torch::Tensor>& parameters) {
  for (torch::Tensor p : parameters) {
    if (p.dim() == 4) p.set_data(p.contiguous(layout));
  }
}

/// A workload of images in both layouts: bench/run takes the faster.
template <class F>
void both_layouts(std::vector<bench::Workload>& list, const std::string& name, F make) {
  list.push_back({name, [make] { return make(torch::MemoryFormat::Contiguous); }});
  list.push_back({name + "@channels_last", [make] { return make(torch::MemoryFormat::ChannelsLast); }});
}
