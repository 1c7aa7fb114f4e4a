// What the checks of the op table's rows compare with.
#pragma once
#include <span>

#include "tenon/core/determinism.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/op_case.h"
#include "tenon/tests/support/op_inputs.h"

namespace tenon::testing {

/// Relative and absolute tolerance of one dtype against float64; 0 for integers.
double tolerance_of(DType dtype);
/// Where two arrays differ by more than the tolerance, as text.
std::string difference(const Array& got, const Array& expected, double tolerance);
bool same_bits(const Array& a, const Array& b);

/// Where `got`, the row's result for these operands, differs from the reference by more than the row's tolerance times
/// this one. Integers are compared exactly, wrapped around.
std::string against_reference(const OpCase& row, const Array& got, const Arrays& inputs, double tolerance);

/// Whether gradients for operand i are there.
inline bool asks(const OpCase& row, size_t i) { return row.inputs[i].floats(); }
/// Leaves over the given memory; the floating ones ask for gradients.
Tensors leaves(const OpCase& row, const Arrays& inputs);
/// The gradients of the floating inputs for a fixed, uneven dy, on the CPU.
Arrays gradients_of(const OpCase& row, const Arrays& inputs, bool create_graph);
/// The first gradient that differs, or is there only once.
std::string compare_all(const Arrays& got, const Arrays& expected, double tolerance, const std::string& what);
/// Values and gradients, on the CPU.
Arrays everything(const OpCase& row, const Arrays& inputs);

/// Copies there.
Arrays on_device(const Arrays& arrays, Device device);

/// The shapes of operands, as text.
std::string sizes_text(const std::vector<Input>& inputs);

struct Variant {
  const char* name;
  Array (*make)(const Array&);
};
/// The same values in other strides: transposed, sliced, channels_last; expanded: the first row everywhere.
std::span<const Variant> variants();

/// Calls check(inputs, plain copies on the CPU) for every operand in every layout on the device.
template <class Check>
std::string over_layouts(const OpCase& row, DType dtype, Device device, const Check& check) {
  const Arrays plain = make_inputs(row, dtype);
  const Arrays there = on_device(plain, device);
  for (size_t i = 0; i < plain.size(); ++i) {
    if (plain[i].ndim() == 0 || plain[i].numel() == 0) continue;
    for (const Variant& variant : variants()) {
      Arrays inputs = there, copies = plain;
      inputs[i] = variant.make(there[i]);
      copies[i] = variant.make(plain[i]).contiguous().clone();
      if (auto wrong = check(inputs, copies); !wrong.empty()) return text("input ", i, " ", variant.name, ": ", wrong);
    }
  }
  return {};
}

/// What the check says, or what it throws.
template <class F>
std::string guarded(const F& check) {
  try {
    return check();
  } catch (const std::exception& e) {
    return text("throws: ", e.what());
  }
}

/// Determinism; restores it and the number of threads.
class Determinism {
 public:
  Determinism() { set_deterministic(true); }
  ~Determinism() {
    set_deterministic(false);
    set_num_threads(threads_);
  }

 private:
  int threads_ = num_threads();
};

}  // namespace tenon::testing
