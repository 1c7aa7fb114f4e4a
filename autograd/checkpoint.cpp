#include "tenon/autograd/checkpoint.h"

#include <unordered_set>

#include "tenon/autograd/autocast.h"
#include "tenon/autograd/engine.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/check.h"
#include "tenon/core/random.h"

namespace tenon::inline v0 {

using detail::Node;
using detail::Restore;
using detail::state;

namespace {

using Function = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

/// Runs the function so that what it records can be told from what was there before.
std::vector<Tensor> call_inside(const Function& function, const std::vector<Tensor>& inputs) {
  TENON_CHECK(state.level < 255, ValueError, "checkpoint: nested more than 255 times");
  const Restore<uint8_t> level(state.level, static_cast<uint8_t>(state.level + 1));
  return function(inputs);
}

/// What the function reads besides its inputs: leaves that ask, and results of ops that were there before it ran. A
/// cast that an Autocast shares is made anew when the function runs again: its leaf stands for it.
std::vector<Tensor> captured_by(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs) {
  std::unordered_set<Node*> met;
  for (const Tensor& input : inputs) met.insert(input.node());
  std::vector<Tensor> captured;
  std::vector<Node*> stack;
  const auto meet = [&](Node* node) {
    if (!node || !node->asks || !met.insert(node).second) return;
    if (node->level > state.level || node->lasting) {
      stack.push_back(node);
    } else {
      captured.push_back(detail::tensor_of(node));
    }
  };
  for (const Tensor& output : outputs) meet(output.node());
  while (!stack.empty()) {
    Node* node = stack.back();
    stack.pop_back();
    for (uint32_t i = 0; i < node->n_inputs; ++i) meet(node->inputs()[i].node);
  }
  return captured;
}

/// Random ops draw what they drew when the state was taken, and afterwards go on where they were.
class DrawAgain {
 public:
  explicit DrawAgain(const RandomKey& state) : before_(default_generator().state()) {
    default_generator().set_state(state);
  }
  ~DrawAgain() { default_generator().set_state(before_); }
  DrawAgain(const DrawAgain&) = delete;
  DrawAgain& operator=(const DrawAgain&) = delete;

 private:
  RandomKey before_;
};

/// Computes again, differentiates, and lets the graph go.
class Again {
 public:
  Again(Function function, size_t n_inputs, const RandomKey& random)
      : function_(std::move(function)), n_inputs_(n_inputs), random_(random), autocast_(detail::autocast_dtype()) {}

  Gradients operator()(const Backward& b) const {
    std::vector<Tensor> inputs, wanted;
    std::vector<size_t> places;
    for (size_t i = 0; i < b.n_inputs(); ++i) {
      Tensor input = b.input(i);
      if (b.needs(i)) {
        wanted.push_back(input);
        places.push_back(i);
      }
      if (i < n_inputs_) inputs.push_back(std::move(input));
    }
    std::vector<Tensor> outputs, output_gradients;
    std::vector<Tensor> again = recompute(inputs);
    for (size_t i = 0; i < again.size(); ++i) {
      if (!again[i].requires_grad() || !b.dy(i).defined()) continue;
      outputs.push_back(again[i]);
      output_gradients.push_back(b.dy(i));
    }
    again.clear();
    std::vector<Tensor> found =
        detail::gradients_by(outputs, output_gradients, wanted, b.create_graph(), b.create_graph(), true);
    Gradients all(b.n_inputs());
    for (size_t i = 0; i < found.size(); ++i) all[places[i]] = std::move(found[i]);
    return all;
  }

 private:
  std::vector<Tensor> recompute(const std::vector<Tensor>& inputs) const {
    const EnableGrad on;
    const Autocast autocast(autocast_);
    const DrawAgain draw(random_);
    return call_inside(function_, inputs);
  }

  Function function_;
  size_t n_inputs_;
  RandomKey random_;  ///< the default generator before the forward
  DType autocast_;    ///< float32: none
};

}  // namespace

std::vector<Tensor> checkpoint(Function function, const std::vector<Tensor>& inputs) {
  if (!grad_enabled()) return function(inputs);
  const RandomKey random = default_generator().state();
  std::vector<Tensor> outputs = call_inside(function, inputs);
  std::vector<Tensor> sources = inputs;
  for (Tensor& captured : captured_by(outputs, inputs)) sources.push_back(std::move(captured));
  std::vector<Array> values;
  for (const Tensor& output : outputs) values.push_back(output.array());
  outputs.clear();
  return record("checkpoint", std::move(values), sources, keep_inputs,
                Again(std::move(function), inputs.size(), random));
}

Tensor checkpoint(std::function<Tensor(const std::vector<Tensor>&)> function, const std::vector<Tensor>& inputs) {
  const Function several = [one = std::move(function)](const std::vector<Tensor>& x) {
    return std::vector<Tensor>{one(x)};
  };
  return checkpoint(several, inputs)[0];
}

}  // namespace tenon::inline v0
