#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tenon/autograd/tensor.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

struct GradcheckOptions {
  double eps = 0x1p-20;  ///< half the distance of the central difference; a power of two makes simple ones exact
  double atol = 1e-6;
  double rtol = 1e-5;
};

/// Compares the gradients of a function by all inputs that ask for them with numeric differences, every output element
/// by every input element. Returns nothing if they agree to |numeric - analytic| <= atol + rtol |numeric|, else what is
/// wrong: `gradcheck: input 0 at [1, 2], output at [0]: numeric 3, analytic 2.5`. Inputs that ask must be float64. The
/// function must give the same outputs each time.
std::string gradcheck(const std::function<Tensor(const std::vector<Tensor>&)>& function,
                      const std::vector<Tensor>& inputs, const GradcheckOptions& options = {});
std::string gradcheck(const std::function<std::vector<Tensor>(const std::vector<Tensor>&)>& function,
                      const std::vector<Tensor>& inputs, const GradcheckOptions& options = {});

/// The same for the gradients of the gradients, by the inputs and by the gradients that come in (which count as further
/// inputs; the outputs are the gradients of the inputs that ask).
std::string gradgradcheck(const std::function<Tensor(const std::vector<Tensor>&)>& function,
                          const std::vector<Tensor>& inputs, const GradcheckOptions& options = {});
std::string gradgradcheck(const std::function<std::vector<Tensor>(const std::vector<Tensor>&)>& function,
                          const std::vector<Tensor>& inputs, const GradcheckOptions& options = {});

}  // namespace v0
}  // namespace tenon
