#include "tenon/core/io/print.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <ostream>

#include "tenon/core/ops/layout.h"
#include "tenon/core/text.h"

namespace tenon::inline v0 {

namespace {

/// How every number of one array is written: one width for all.
class Format {
 public:
  Format(const std::vector<Scalar>& shown, const PrintOptions& options) : precision_(options.precision) {
    double largest = 0, smallest = HUGE_VAL;
    bool whole = true;
    for (const Scalar& number : shown) {
      if (!is_floating(number.dtype())) continue;
      const double v = number.to<double>();
      if (!std::isfinite(v)) continue;
      whole = whole && v == std::nearbyint(v);
      if (v == 0) continue;
      largest = std::max(largest, std::abs(v));
      smallest = std::min(smallest, std::abs(v));
    }
    whole_ = whole;
    if (largest > 0) {
      scientific_ = whole ? largest / smallest > 1000 && largest > 1e8
                          : largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4;
    }
    for (const Scalar& v : shown) width_ = std::max(width_, one(v).size());
  }

  std::string operator()(const Scalar& v) const {
    const std::string digits = one(v);
    return std::string(width_ - digits.size(), ' ') + digits;
  }

 private:
  std::string one(const Scalar& number) const {
    if (number.dtype() == bool_) return number.to<bool>() ? "True" : "False";
    if (number.dtype() == int64) return std::to_string(number.to<int64_t>());
    const double v = number.to<double>();
    char buffer[400];
    if (!std::isfinite(v)) {
      return std::isnan(v) ? "nan" : v > 0 ? "inf" : "-inf";
    } else if (scientific_) {
      std::snprintf(buffer, sizeof buffer, "%.*e", precision_, v);
    } else if (whole_) {
      std::snprintf(buffer, sizeof buffer, "%.0f.", v);
    } else {
      std::snprintf(buffer, sizeof buffer, "%.*f", precision_, v);
    }
    return buffer;
  }

  bool whole_ = true, scientific_ = false;
  int precision_;
  size_t width_ = 0;
};

/// The rows of an array as nested brackets.
class Printer {
 public:
  Printer(const Array& x, const PrintOptions& options, bool summarise) : options_(options), summarise_(summarise) {
    collect(x);
    format_.emplace(shown_, options);
  }

  std::string text(const Array& x, size_t indent) {
    if (x.numel() == 0) return "[]";
    if (x.ndim() == 0) return (*format_)(shown_[next_++]);
    if (x.ndim() == 1) return row(x, indent);
    std::string out = "[",
                gap = "," + std::string(static_cast<size_t>(x.ndim() - 1), '\n') + std::string(indent + 1, ' ');
    bool first = true;
    visit(x.size(0), [&](int64_t i) {
      if (!first) out += gap;
      first = false;
      out += i < 0 ? "..." : text(select(x, 0, i), indent + 1);
    });
    return out + "]";
  }

 private:
  /// Calls f with every position that is shown, and with -1 where some are left out.
  template <class F>
  void visit(int64_t size, const F& f) const {
    const int64_t edge = std::max<int64_t>(0, options_.edge_items);
    const bool cut = summarise_ && size > 2 * edge;
    for (int64_t i = 0; i < (cut ? edge : size); ++i) f(i);
    if (!cut) return;
    f(-1);
    for (int64_t i = size - edge; i < size; ++i) f(i);
  }

  void collect(const Array& x) {
    if (x.numel() == 0) return;
    if (x.ndim() == 0) {
      shown_.push_back(x.scalar_value());
      return;
    }
    visit(x.size(0), [&](int64_t i) {
      if (i >= 0) collect(select(x, 0, i));
    });
  }

  std::string row(const Array& x, size_t indent) {
    std::string out = "[", line_start = "\n" + std::string(indent + 1, ' ');
    size_t column = indent + 1;
    bool first = true;
    visit(x.size(0), [&](int64_t i) {
      const std::string item = i < 0 ? " ..." : (*format_)(shown_[next_++]);
      if (!first) {
        out += ",";
        if (column + 2 + item.size() > static_cast<size_t>(options_.line_width)) {
          out += line_start;
          column = indent + 1;
        } else {
          out += " ";
          column += 2;
        }
      }
      first = false;
      out += item;
      column += item.size();
    });
    return out + "]";
  }

  const PrintOptions& options_;
  bool summarise_;
  std::vector<Scalar> shown_;
  size_t next_ = 0;
  std::optional<Format> format_;
};

bool is_default(DType t) { return t == float32 || t == int64 || t == bool_; }

}  // namespace

namespace detail {

std::string format_array(const Array& x, const std::string& word, const std::string& suffix,
                         const PrintOptions& options) {
  if (!x.defined()) return word + "(undefined)";
  const Array here = x.cpu();
  Printer printer(here, options, here.numel() > options.threshold);
  std::string out = word + "(" + printer.text(here, word.size() + 1);
  if (x.numel() == 0 && x.ndim() != 1) out += text(", shape=", x.shape());
  if (!is_default(x.dtype()) || (x.numel() == 0 && x.dtype() != float32)) out += text(", dtype=", name_of(x.dtype()));
  if (!x.device().is_cpu()) out += text(", device=", x.device());
  return out + suffix + ")";
}

}  // namespace detail

std::string to_string(const Array& x, const PrintOptions& options) {
  return detail::format_array(x, "array", "", options);
}

std::ostream& operator<<(std::ostream& out, const Array& x) { return out << to_string(x); }

}  // namespace tenon::inline v0
