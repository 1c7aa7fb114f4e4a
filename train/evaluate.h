#pragma once
#include "tenon/data/dataset.h"
#include "tenon/nn/loss.h"
#include "tenon/nn/module.h"
#include "tenon/train/metrics.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

struct EvaluateOptions {
  Task task = Task::classification;
  int64_t batch_size = 64;
  int64_t workers = 0;
  Device device = cpu;
  DType precision = float32;  ///< as of the Autocast that it runs in; float32: none of its own
};
/// How good a model is on a data set, in evaluation mode and without gradients. Afterwards it and all within it are in
/// the modes in which they were before.
Metrics evaluate(nn::Layer& model, nn::Loss& loss, const data::DatasetPtr& set, const EvaluateOptions& options = {});

}  // namespace train
}  // namespace v0
}  // namespace tenon
