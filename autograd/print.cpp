#include "tenon/autograd/print.h"

#include <ostream>

#include "tenon/core/text.h"

namespace tenon::inline v0 {

std::string to_string(const Tensor& x, const PrintOptions& options) {
  std::string suffix;
  if (x.requires_grad()) suffix = x.is_leaf() ? ", requires_grad=true" : text(", grad_fn=<", x.made_by(), ">");
  return detail::format_array(x.array(), "tensor", suffix, options);
}

std::ostream& operator<<(std::ostream& out, const Tensor& x) { return out << to_string(x); }

}  // namespace tenon::inline v0
