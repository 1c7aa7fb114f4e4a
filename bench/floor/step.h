// What the floors share: one training step as a list of operations that is built once and replayed.
//
// A layout is plain where we read it ourselves, and `any` where the primitive shall choose. Where two primitives
// disagree, Step::as() puts a reorder between them and counts it.
#pragma once
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

namespace by_hand {

using dnnl::memory;
using desc = memory::desc;
using tag = memory::format_tag;
using type = memory::data_type;
using args = std::unordered_map<int, memory>;

inline dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
inline dnnl::stream queue(cpu);

// --- memory ----------------------------------------------------------------------------------------------------------

inline desc any(const memory::dims& dims, type t = type::f32) { return {dims, t, tag::any}; }
inline desc plain(const memory::dims& dims, type t = type::f32) {
  constexpr tag tags[] = {tag::undef, tag::a, tag::ab, tag::abc, tag::abcd};
  return {dims, t, tags[dims.size()]};
}
inline memory zeros(const desc& d) {
  memory m(d, cpu);
  std::memset(m.get_data_handle(), 0, d.get_size());
  return m;
}
inline float* floats(const memory& m) { return static_cast<float*>(m.get_data_handle()); }
/// Elements of a float32 memory, a layout's padding with them.
inline int64_t count(const memory& m) { return static_cast<int64_t>(m.get_desc().get_size() / sizeof(float)); }
/// A part of `m` that starts `offset` floats in, or the same memory seen as `d`.
inline memory view(const memory& m, const desc& d, int64_t offset = 0) { return {d, cpu, floats(m) + offset}; }

void fill_uniform(const memory& m);
std::vector<int> random_classes(int64_t n, int classes);

// --- attributes: the scratchpad is ours (one for the whole step), and what is fused after the product
// -----------------

inline dnnl::primitive_attr with(const dnnl::post_ops& fused = {}) {
  dnnl::primitive_attr a;
  a.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  a.set_post_ops(fused);
  return a;
}
inline dnnl::post_ops relu() {
  dnnl::post_ops p;
  p.append_eltwise(dnnl::algorithm::eltwise_relu, 0, 0);
  return p;
}
/// dst += result
inline dnnl::post_ops accumulate() {
  dnnl::post_ops p;
  p.append_sum();
  return p;
}
inline dnnl::post_ops add(const desc& d) {
  dnnl::post_ops p;
  p.append_binary(dnnl::algorithm::binary_add, d);
  return p;
}
/// The argument that add() reads.
constexpr int addend = DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1;

// --- the step --------------------------------------------------------------------------------------------------------

/// Primitives and functions in order. Primitives are created once; they share one scratchpad.
class Step {
 public:
  void call(std::string name, std::function<void()> f) { ops_.push_back({std::move(name), {}, {}, std::move(f)}); }

  template <class Desc>
  void add(std::string name, const Desc& pd, args a) {
    if (const size_t size = pd.scratchpad_desc().get_size()) {
      const memory m(pd.scratchpad_desc(), cpu, DNNL_MEMORY_NONE);
      scratchpads_.push_back(m);
      a.insert({DNNL_ARG_SCRATCHPAD, m});
      scratch_bytes_ = std::max(size, scratch_bytes_);
    }
    ops_.push_back({std::move(name), dnnl::primitive(pd.get()), std::move(a), {}});
  }

  void convert(const std::string& name, const memory& from, const memory& to) {
    ++reorders_;
    add("reorder_" + name, dnnl::reorder::primitive_desc(from, to, with()), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  }
  /// `m` in the layout that a primitive wants: itself, or a copy that each step refreshes.
  memory as(const std::string& name, const memory& m, const desc& wanted) {
    if (m.get_desc() == wanted) return m;
    const memory copy = zeros(wanted);
    convert(name, m, copy);
    return copy;
  }

  /// After the last add(): one scratchpad for all, since they run one after the other.
  void finish() {
    scratch_ = memory(desc({static_cast<int64_t>(scratch_bytes_)}, type::u8, tag::a), cpu);
    for (const memory& m : scratchpads_) m.set_data_handle(scratch_.get_data_handle());
  }
  void run() const {
    for (const Op& op : ops_) run(op);
  }
  int reorders() const { return reorders_; }
  /// Milliseconds by name, averaged over n steps.
  std::map<std::string, double> parts(int n) const;

 private:
  struct Op {
    std::string name;
    dnnl::primitive primitive;
    args arguments;
    std::function<void()> function;
  };
  static void run(const Op& op) { op.function ? op.function() : op.primitive.execute(queue, op.arguments); }

  std::vector<Op> ops_;
  std::vector<memory> scratchpads_;
  size_t scratch_bytes_ = 0;
  memory scratch_;
  int reorders_ = 0;
};

}  // namespace by_hand
