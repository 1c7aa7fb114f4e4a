#include "tenon/nn/module.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <typeinfo>
#include <unordered_map>

#include <cxxabi.h>

#include "tenon/autograd/grad_mode.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0::nn {

namespace {

std::string joined(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : name.empty() ? prefix : prefix + "." + name;
}

const Tensor& tensor_of(const Part& part) {
  if (part.kind_of_part() == Part::Kind::parameter) return static_cast<const Parameter&>(part);
  return static_cast<const Buffer&>(part);
}

void append_list(std::string& to, const char* title, const std::vector<std::string>& names) {
  if (names.empty()) return;
  to += text("\n  ", title, ":");
  for (const std::string& name : names) to += "\n    " + name;
}

}  // namespace

std::string to_string(const StateDifference& difference) {
  std::string all;
  append_list(all, "missing", difference.missing);
  append_list(all, "unexpected", difference.unexpected);
  append_list(all, "of another shape", difference.mismatched);
  return all;
}

Module::Module(Module&& o) noexcept
    : Part(static_cast<Part&&>(o)), parts_(std::move(o.parts_)), training_(o.training_) {
  o.parts_.clear();
  for (Part* p : parts_) p->parent_ = this;
}

Module::~Module() {
  for (Part* p : parts_) p->parent_ = nullptr;
}

void Module::put(std::string name, Part& p) {
  const bool usable = !name.empty() && name.find('.') == name.npos;
  TENON_CHECK(usable, ValueError, "part: \"", name, "\" is not a name: it is empty or has a dot");
  for (const Part* other : parts_) {
    TENON_CHECK(other->name_ != name, ValueError, "part: there is already a part ", name);
  }
  TENON_CHECK(!p.parent_, ValueError, "part: ", name, " already belongs to a module");
  parts_.push_back(&p);
  p.name_ = std::move(name);
  p.parent_ = this;
}

Parameter Module::optional_part(std::string name, Array value) {
  Parameter p(std::move(value));
  if (p.defined()) put(std::move(name), p);
  return p;
}

Buffer Module::optional_buffer(std::string name, Array value) {
  Buffer b(std::move(value));
  if (b.defined()) put(std::move(name), b);
  return b;
}

std::string Module::kind() const {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(typeid(*this).name(), nullptr, nullptr, &status), std::free);
  const std::string full = demangled ? demangled.get() : "Module";
  const size_t arguments = full.find('<'), colons = full.rfind("::", arguments);
  return colons == full.npos ? full : full.substr(colons + 2);
}

std::string Module::frame_name(const void* module, const void* around) {
  const auto* self = static_cast<const Module*>(module);
  std::string path;
  for (; self != around && self->parent_; self = self->parent_)
    path = path.empty() ? self->name() : self->name() + "." + path;
  if (around) return path.empty() ? self->kind() : path;
  // Called by itself: its kind, or that of the outermost module that holds it.
  return joined(self->kind(), path);
}

const std::vector<Part*>& Module::parts() const {
  const Module* module = this;
  while (const Module* inner = module->wrapped()) module = inner;
  return module->parts_;
}

void Module::train(bool on) {
  training_ = on;
  if (Module* inner = wrapped()) return inner->train(on);
  for (Part* p : parts_) {
    if (p->kind_ == Kind::module) static_cast<Module*>(p)->train(on);
  }
}

EvaluationMode::EvaluationMode(Module& module) {
  note(module);
  module.eval();
}

EvaluationMode::~EvaluationMode() {
  for (const auto& [module, on] : before_) module->training_ = on;
}

void EvaluationMode::note(Module& module) {
  before_.emplace_back(&module, module.training_);
  if (Module* inner = module.wrapped()) return note(*inner);
  for (Part* p : module.parts_) {
    if (p->kind_of_part() == Part::Kind::module) note(*static_cast<Module*>(p));
  }
}

void Module::visit(const std::string& prefix, const Visit& visit) const {
  for (Part* p : parts()) {
    const std::string name = joined(prefix, p->name_);
    visit(name, *p);
    if (p->kind_ == Kind::module) static_cast<const Module*>(p)->Module::visit(name, visit);
  }
}

std::vector<std::pair<std::string, Tensor>> Module::named_parameters() const {
  std::vector<std::pair<std::string, Tensor>> all;
  visit("", [&all](const std::string& name, Part& p) {
    if (p.kind_of_part() == Kind::parameter) all.emplace_back(name, tensor_of(p));
  });
  return all;
}

std::vector<std::pair<std::string, Tensor>> Module::named_buffers() const {
  std::vector<std::pair<std::string, Tensor>> all;
  visit("", [&all](const std::string& name, Part& p) {
    if (p.kind_of_part() == Kind::buffer) all.emplace_back(name, tensor_of(p));
  });
  return all;
}

std::vector<std::pair<std::string, const Module*>> Module::named_modules() const {
  std::vector<std::pair<std::string, const Module*>> all{{"", this}};
  visit("", [&all](const std::string& name, Part& p) {
    if (p.kind_of_part() == Kind::module) all.emplace_back(name, static_cast<const Module*>(&p));
  });
  return all;
}

std::vector<Tensor> Module::parameters() const {
  std::vector<Tensor> all;
  for (const auto& named : named_parameters()) {
    const Tensor& tensor = named.second;
    const bool known = std::any_of(all.begin(), all.end(), [&](const Tensor& t) { return t.node() == tensor.node(); });
    if (!known) all.push_back(tensor);
  }
  return all;
}

int64_t Module::parameter_count() const {
  int64_t count = 0;
  for (const Tensor& p : parameters()) count += p.numel();
  return count;
}

void Module::zero_grad() const {
  for (const Tensor& p : parameters()) p.clear_grad();
}

/// Replaces every parameter and buffer, and the gradients.
void Module::change(const std::function<Array(const Array&)>& change) const {
  visit("", [&change](const std::string&, Part& p) {
    if (p.kind_of_part() == Kind::module) return;
    const Tensor& t = tensor_of(p);
    const Tensor gradient = t.grad();
    t.replace(change(t.array()));
    if (gradient.defined()) t.set_grad(change(gradient.array()));
  });
}

void Module::to(Device device) {
  change([device](const Array& x) { return x.to(device); });
}

void Module::to(DType dtype) {
  TENON_CHECK(is_floating(dtype), DTypeError, "to: a module's parameters cannot be ", name_of(dtype));
  change([dtype](const Array& x) { return is_floating(x.dtype()) ? x.to(dtype) : x; });
}

StateDict Module::state() const {
  StateDict state;
  visit("", [&state](const std::string& name, Part& p) {
    if (p.kind_of_part() != Kind::module) state.emplace_back(name, tensor_of(p).array());
  });
  return state;
}

StateDifference Module::load_state(const StateDict& state, bool strict) {
  StateDict own = this->state();
  std::unordered_map<std::string, const Array*> given;
  for (const auto& [name, array] : state) {
    TENON_CHECK(given.emplace(name, &array).second, ValueError, "load_state: the state has ", name, " twice");
  }
  StateDifference difference;
  std::vector<std::pair<const Array*, const Array*>> copies;
  for (const auto& [name, array] : own) {
    const auto found = given.find(name);
    if (found == given.end()) {
      difference.missing.push_back(name);
    } else if (found->second->shape() != array.shape()) {
      difference.mismatched.push_back(text(name, ": ", found->second->shape(), ", not ", array.shape()));
    } else {
      copies.emplace_back(&array, found->second);
    }
    if (found != given.end()) given.erase(found);
  }
  for (const auto& [name, array] : state) {
    if (given.contains(name)) difference.unexpected.push_back(name);
  }
  TENON_CHECK(!strict || difference.empty(), ValueError, "load_state: the state does not fit ", kind(), ":",
              to_string(difference));
  for (const auto& [to, from] : copies) copy_(*to, *from);
  return difference;
}

void Layer::throw_undefined() { throw ValueError("the input is not defined"); }

void Module::print(std::string& to, size_t indent) const {
  to += kind() + "(" + description();
  const std::string space(indent + 2, ' ');
  bool nested = false;
  for (const Part* p : parts()) {
    if (p->kind_ != Kind::module) continue;
    nested = true;
    to += "\n" + space + "(" + p->name_ + "): ";
    static_cast<const Module*>(p)->print(to, indent + 2);
  }
  if (nested) to += "\n" + std::string(indent, ' ');
  to += ")";
}

std::string to_string(const Module& module) {
  std::string all;
  module.print(all, 0);
  return all;
}

}  // namespace tenon::inline v0::nn
