#include "tenon/optim/optimizer.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0::optim {

namespace {

/// The values in memory of their own, laid out as the parameter is.
Array as_state_of(const Array& parameter, const Array& values) {
  const Array state = empty_like(parameter, parameter.dtype());
  copy_(state, values);
  return state;
}

}  // namespace

std::vector<Array> gradients_of(std::span<const Tensor> parameters) {
  std::vector<Array> all;
  for (const Tensor& p : parameters) {
    if (const Tensor gradient = p.grad(); gradient.defined()) all.push_back(gradient.array());
  }
  return all;
}

Optimizer::~Optimizer() = default;

void Optimizer::add_group(const std::vector<Tensor>& parameters) {
  std::unordered_set<const void*> known;
  for (const auto& group : groups_) {
    for (const Entry& entry : group) known.insert(entry.parameter.node());
  }
  std::vector<Entry> entries;
  for (const Tensor& p : parameters) {
    TENON_CHECK(p.defined() && p.is_leaf() && p.requires_grad(), ValueError,
                "optimizer: a parameter must be a leaf that asks for gradients");
    TENON_CHECK(known.insert(p.node()).second, ValueError, "optimizer: a parameter of shape ", p.shape(),
                " is given twice");
    entries.push_back({p});
  }
  groups_.push_back(std::move(entries));
}

void Optimizer::Lists::clear_arrays() {
  parameters.clear();
  gradients.clear();
  for (auto& list : states) list.clear();
}

void Optimizer::step() {
  if (guard_.found_bad.defined()) {
    // A pass of its own: what is written before a bad gradient is met could not be taken back.
    for (const auto& kind : by_kind(gradients_of(parameters()))) find_bad(kind, guard_.found_bad);
  }
  step(guard_);
}

void Optimizer::step(const UpdateGuard& guard) {
  struct Emptied {  // an error too must not keep gradients alive
    Lists& lists;
    ~Emptied() {
      lists.due.clear();
      lists.clear_arrays();
    }
  } const emptied{lists_};
  std::vector<Due>& due = lists_.due;
  for (size_t g = 0; g < groups_.size(); ++g) {
    for (Entry& entry : groups_[g]) {
      if (const Tensor gradient = entry.parameter.grad(); gradient.defined()) due.push_back({&entry, gradient.array()});
    }
    // Mostly one call: all parameters of a group are alike and have seen the same steps.
    while (!due.empty()) {
      const auto alike = [first = due[0].entry](const Due& d) {
        const Tensor &p = d.entry->parameter, &q = first->parameter;
        return d.entry->steps == first->steps && d.entry->skipped == first->skipped && p.dtype() == q.dtype() &&
               p.device() == q.device();
      };
      // Stable: a list that is the last step's again need not be told to a device again.
      const auto later = std::stable_partition(due.begin(), due.end(), alike);
      update_together(g, {due.begin(), later}, guard);
      due.erase(due.begin(), later);
    }
  }
}

/// From now on their skipped steps are counted, in a place of their own.
void Optimizer::skip_together(std::span<const Due> due) {
  const Device device = due[0].entry->parameter.device();
  std::shared_ptr<Array> skipped = due[0].entry->skipped;
  if (!skipped) {
    skipped = std::make_shared<Array>(zeros({}, int64, device));
  } else if (static_cast<size_t>(skipped.use_count()) > due.size() + 1) {  // others stay behind
    skipped = std::make_shared<Array>(clone(*skipped));
  }
  for (const Due& d : due) d.entry->skipped = skipped;
}

void Optimizer::update_together(size_t group, std::span<Due> due, const UpdateGuard& guard) {
  if (guard.found_bad.defined()) skip_together(due);
  auto& [_, parameters, gradients, states] = lists_;
  lists_.clear_arrays();
  states.resize(state_names(group).size());
  for (auto& [entry, gradient] : due) {
    const Array& parameter = entry->parameter.array();
    for (Array& state : entry->state) {
      const bool fits = state.dtype() == parameter.dtype() && state.device() == parameter.device();
      if (!fits) state = as_state_of(parameter, state);
    }
    while (entry->state.size() < states.size()) {
      entry->state.push_back(zeros_like(empty_like(parameter, parameter.dtype())));
    }
    parameters.push_back(parameter);
    gradients.push_back(std::move(gradient));
    for (size_t s = 0; s < states.size(); ++s) states[s].push_back(entry->state[s]);
  }
  const auto& skipped = due[0].entry->skipped;
  if (skipped && skipped->device() != parameters[0].device()) *skipped = skipped->to(parameters[0].device());
  update(group, {parameters,
                 gradients,
                 states,
                 due[0].entry->steps + 1,
                 {guard.inverse_scale, guard.found_bad, skipped ? *skipped : Array()}});
  for (const Due& done : due) ++done.entry->steps;
}

void Optimizer::zero_grad() const {
  for (const auto& group : groups_) {
    for (const Entry& entry : group) entry.parameter.clear_grad();
  }
}

std::vector<Tensor> Optimizer::parameters() const {
  std::vector<Tensor> all;
  for (const auto& group : groups_) {
    for (const Entry& entry : group) all.push_back(entry.parameter);
  }
  return all;
}

double Optimizer::lr(size_t group) const {
  TENON_CHECK(group < groups_.size(), IndexError, "optimizer: there is no group ", group, " of ", groups_.size());
  return learning_rate(group);
}

void Optimizer::set_lr(size_t group, double lr) {
  TENON_CHECK(group < groups_.size(), IndexError, "optimizer: there is no group ", group, " of ", groups_.size());
  TENON_CHECK(lr >= 0, ValueError, "optimizer: lr must not be negative, got ", lr);
  learning_rate(group) = lr;
}

void Optimizer::set_lr(double lr) {
  for (size_t g = 0; g < groups_.size(); ++g) set_lr(g, lr);
}

StateDict Optimizer::state() const {
  StateDict state;
  size_t index = 0;
  for (size_t g = 0; g < groups_.size(); ++g) {
    state.emplace_back(text("group.", g, ".lr"), full({}, lr(g), float64));
    const std::vector<std::string> names = state_names(g);
    const Array* asked = nullptr;  // the device is asked once for all that share a count
    int64_t skipped = 0;
    for (const Entry& entry : groups_[g]) {
      if (entry.skipped.get() != asked) {
        asked = entry.skipped.get();
        skipped = asked ? asked->item<int64_t>() : 0;
      }
      const int64_t steps = entry.steps - skipped;
      state.emplace_back(text(index, ".step"), full({}, steps, int64));
      for (size_t s = 0; steps > 0 && s < entry.state.size(); ++s)
        state.emplace_back(text(index, ".", names[s]), entry.state[s]);
      ++index;
    }
  }
  return state;
}

void Optimizer::load_state(const StateDict& state) {
  std::unordered_map<std::string, Array> given;
  std::string wrong;
  for (const auto& [name, value] : state) {
    if (!given.emplace(name, value).second) wrong += "\n  twice: " + name;
  }
  const auto take = [&](const std::string& name, const Shape& shape) {
    const auto found = given.find(name);
    if (found == given.end()) {
      wrong += "\n  missing: " + name;
      return Array();
    }
    const Array value = found->second;
    given.erase(found);
    if (value.shape() != shape) wrong += text("\n  of another shape: ", name, ": ", value.shape(), ", not ", shape);
    return value;
  };
  std::vector<double> rates;
  auto groups = groups_;
  size_t index = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    const Array rate = take(text("group.", g, ".lr"), {});
    rates.push_back(wrong.empty() ? rate.item<double>() : 0);
    if (!(rates[g] >= 0)) wrong += text("\n  not a rate: group.", g, ".lr: ", rates[g]);
    const std::vector<std::string> names = state_names(g);
    for (Entry& entry : groups[g]) {
      const Array steps = take(text(index, ".step"), {});
      entry.steps = wrong.empty() ? steps.item<int64_t>() : 0;
      entry.skipped = nullptr;
      if (entry.steps < 0) wrong += text("\n  not a count: ", index, ".step: ", entry.steps);
      entry.state.clear();
      for (const std::string& name : names) {
        if (entry.steps == 0) break;
        const Array value = take(text(index, ".", name), entry.parameter.shape());
        if (!wrong.empty()) continue;
        entry.state.push_back(as_state_of(entry.parameter.array(), value));
      }
      ++index;
    }
  }
  for (const auto& [name, value] : given) wrong += "\n  unexpected: " + name;
  TENON_CHECK(wrong.empty(), ValueError, "load_state: the state does not fit the optimizer:", wrong);
  groups_ = std::move(groups);
  for (size_t g = 0; g < rates.size(); ++g) set_lr(g, rates[g]);
}

}  // namespace tenon::inline v0::optim
