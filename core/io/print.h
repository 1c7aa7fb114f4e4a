#pragma once
#include <iosfwd>
#include <string>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// How to_string shows arrays, as in PyTorch.
struct PrintOptions {
  int precision = 4;         ///< digits behind the point
  int64_t threshold = 1000;  ///< arrays with more elements are summarised
  int64_t edge_items = 3;    ///< elements shown at each end of a summarised axis
  int line_width = 80;
};

/// `array([[1., 2.], [3., 4.]])`, aligned, large ones summarised; with dtype and device where they are not the default.
std::string to_string(const Array& x, const PrintOptions& options = {});
std::ostream& operator<<(std::ostream& out, const Array& x);

namespace detail {
/// The same with another word in front and text behind the elements: what a Tensor prints.
std::string format_array(const Array& x, const std::string& word, const std::string& suffix,
                         const PrintOptions& options);
}  // namespace detail

}  // namespace v0
}  // namespace tenon
