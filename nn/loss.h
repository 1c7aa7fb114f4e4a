#pragma once
#include "tenon/autograd/ops/loss.h"
#include "tenon/core/options.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

/// A module from a prediction and what was wanted to a loss: what a YAML file and the registry hold. A target whose
/// shape does not fit is a ShapeError with both shapes; where the two are compared element by element, nothing is
/// broadcast.
class Loss : public Module {
 public:
  virtual Tensor forward(const Tensor& input, const Tensor& target) = 0;
  /// What forward makes of the losses of many.
  virtual Reduction reduction() const { return Reduction::mean; }
  /// Which targets count, as a bool array of their shape; not defined where all do.
  virtual Array counted(const Array& /*target*/) const { return {}; }
  Tensor operator()(const Tensor& input, const Tensor& target) {
    return within([&] { return forward(input, target); });
  }
};

struct ElementwiseLossOptions {
  Reduction reduction = Reduction::mean;

  using O = ElementwiseLossOptions;
  using fields = Fields<&O::reduction>;
};

/// (input - target)^2, reduced.
class MSELoss : public Loss {
 public:
  using Options = ElementwiseLossOptions;
  explicit MSELoss(ElementwiseLossOptions options = {}) : options_(options) {}
  Tensor forward(const Tensor& input, const Tensor& target) override;
  Reduction reduction() const override { return options_.reduction; }
  std::string description() const override;

 private:
  ElementwiseLossOptions options_;
};

/// |input - target|, reduced.
class L1Loss : public Loss {
 public:
  using Options = ElementwiseLossOptions;
  explicit L1Loss(ElementwiseLossOptions options = {}) : options_(options) {}
  Tensor forward(const Tensor& input, const Tensor& target) override;
  Reduction reduction() const override { return options_.reduction; }
  std::string description() const override;

 private:
  ElementwiseLossOptions options_;
};

/// -target log sigmoid(input) - (1 - target) log(1 - sigmoid(input)), computed without overflow, reduced.
class BCEWithLogitsLoss : public Loss {
 public:
  using Options = ElementwiseLossOptions;
  explicit BCEWithLogitsLoss(ElementwiseLossOptions options = {}) : options_(options) {}
  Tensor forward(const Tensor& input, const Tensor& target) override;
  Reduction reduction() const override { return options_.reduction; }
  std::string description() const override;

 private:
  ElementwiseLossOptions options_;
};

struct CrossEntropyLossOptions {
  double label_smoothing = 0;   ///< share of the target that is spread over all classes
  int64_t ignore_index = -100;  ///< samples with this class count nothing
  Reduction reduction = Reduction::mean;

  using O = CrossEntropyLossOptions;
  using fields = Fields<&O::label_smoothing, &O::ignore_index, &O::reduction>;
  /// Throws ValueError unless 0 <= label_smoothing <= 1.
  void check() const;
};

/// -sum over classes of target log softmax(input). input: [N, classes, ...]; target: int64 classes [N, ...], or
/// probabilities of the input's shape.
class CrossEntropyLoss : public Loss {
 public:
  using Options = CrossEntropyLossOptions;
  explicit CrossEntropyLoss(CrossEntropyLossOptions options = {});
  Tensor forward(const Tensor& input, const Tensor& target) override;
  Reduction reduction() const override { return options_.reduction; }
  Array counted(const Array& target) const override;
  std::string description() const override;

 private:
  CrossEntropyLossOptions options_;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
