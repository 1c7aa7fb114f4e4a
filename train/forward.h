// Internal: a forward pass in the precision of a run.
#pragma once
#include <optional>

#include "tenon/autograd/autocast.h"
#include "tenon/data/dataset.h"
#include "tenon/nn/loss.h"
#include "tenon/nn/module.h"
#include "tenon/train/metrics.h"

namespace tenon::inline v0::train {

/// An Autocast of float16 or bfloat16. float32 leaves everything as it is, an Autocast around it too.
class InPrecision {
 public:
  explicit InPrecision(DType precision) {
    if (precision != float32) scope_.emplace(precision);
  }

 private:
  std::optional<Autocast> scope_;
};

struct Forward {
  Tensor output, loss;
};
/// The model's output for a batch's `input`, and how far it is from `target`; of a language [N, T, tokens] it is given
/// as the loss sees it, [N T, tokens].
Forward forward(nn::Layer& model, nn::Loss& loss, const data::Sample& batch, Task task, DType precision);

}  // namespace tenon::inline v0::train
