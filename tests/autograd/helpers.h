// What the tests of autograd share.
#pragma once
#include <string>

#include <gtest/gtest.h>

#include "tenon/autograd/autograd.h"
#include "tenon/core/ops/create.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

/// What a call throws, as text.
template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// A leaf that asks for gradients.
inline Tensor leaf(Array value) { return Tensor(std::move(value)).requires_grad(true); }

using Values = std::vector<double>;
inline Values values(const Tensor& x) { return values(x.array()); }

}  // namespace tenon::testing
