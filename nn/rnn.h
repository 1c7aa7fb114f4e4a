#pragma once
#include <memory>
#include <vector>

#include "tenon/autograd/ops/rnn.h"
#include "tenon/core/options.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct RecurrentOptions {
  Required<Size> in, hidden;  ///< features of the input and of the state
  Size layers = 1;            ///< one above the other
  bool bias = true;
  bool batch_first = false;  ///< input and output are [batch, steps, ...]
  double dropout = 0;        ///< in training, the share of the elements between two layers that become 0
  bool bidirectional = false;

  using O = RecurrentOptions;
  using fields = Fields<&O::in, &O::hidden, &O::layers, &O::bias, &O::batch_first, &O::dropout, &O::bidirectional>;
  /// Throws ValueError unless 0 <= dropout <= 1.
  void check() const;
};

/// What LSTM and GRU have in common: the parameters, under PyTorch's names. Layer k has weight_ih_lk [gates * hidden,
/// features], weight_hh_lk [gates * hidden, hidden], bias_ih_lk and bias_hh_lk [gates * hidden]; the backward direction
/// has the same with `_reverse`. All are drawn from U(-1/sqrt(hidden), 1/sqrt(hidden)).
class Recurrent : public Layer {
 public:
  using Options = RecurrentOptions;
  /// One a direction, as `lstm` and `gru` take them.
  std::vector<RnnWeights<Tensor>> weights() const;
  std::string description() const override;

 protected:
  Recurrent(const char* kind, RecurrentOptions options, int64_t gates);
  /// Throws ShapeError unless x has three axes and `in` features.
  void check_input(const Tensor& x) const;
  RnnOptions run_options() const;

 private:
  void add_parameter(const std::string& name, const Shape& shape);

  RecurrentOptions options_;
  std::vector<std::unique_ptr<Parameter>> parameters_;
};

/// Long short-term memory; formulas at `lstm` in core/ops/rnn.h. [steps, batch, in] -> [steps, batch, hidden], twice as
/// wide if bidirectional: h of the last layer at each step. Called with a state it begins there, and gives the state
/// behind the last step too: `auto [output, h, c] = lstm(x, {h0, c0});`. Throws ShapeError where shapes do not fit.
class LSTM : public Recurrent {
 public:
  explicit LSTM(RecurrentOptions options) : Recurrent("LSTM", options, 4) {}
  LSTM(int64_t in, int64_t hidden) : LSTM(RecurrentOptions{.in = in, .hidden = hidden}) {}
  using Layer::operator();
  LstmResult<Tensor> operator()(const Tensor& x, const LstmState<Tensor>& state);
  Tensor forward(const Tensor& x) override;
};

/// Gated recurrent unit; formulas at `gru`. Shapes and errors as of LSTM: `auto [output, h] = gru(x, h0);`.
class GRU : public Recurrent {
 public:
  explicit GRU(RecurrentOptions options) : Recurrent("GRU", options, 3) {}
  GRU(int64_t in, int64_t hidden) : GRU(RecurrentOptions{.in = in, .hidden = hidden}) {}
  using Layer::operator();
  GruResult<Tensor> operator()(const Tensor& x, const Tensor& h);
  Tensor forward(const Tensor& x) override;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
