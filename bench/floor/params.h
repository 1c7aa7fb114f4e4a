// All weights in one flat buffer, gradients and optimizer state in buffers of the same form, so that the optimizer is
// one pass. Each weight keeps the layout that its forward primitive chose.
#pragma once
#include "step.h"

namespace by_hand {

struct Param {
  memory w, dw;
};

class Params {
 public:
  /// A parameter in `layout`, uniform in center +- scale. Its memory comes with allocate(), after the last add().
  Param add(const desc& layout, float scale, float center = 0);
  void allocate();

  void sgd(float rate, float momentum);
  /// Adam (Kingma and Ba 2015); with decay > 0 AdamW (Loshchilov and Hutter 2019).
  void adam(float rate, float decay = 0);

 private:
  struct Entry {
    Param param;
    float scale, center;
  };
  std::vector<Entry> entries_;
  memory w_, dw_, m1_, m2_;
  int64_t n_ = 0;
  int steps_ = 0;
};

}  // namespace by_hand
