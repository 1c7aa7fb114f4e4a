#include "tenon/train/progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace tenon::inline v0 {
namespace train {
namespace {

constexpr double redraw_seconds = 0.1;
constexpr double line_seconds = 10;
constexpr size_t shortest_bar = 10;
constexpr size_t longest_bar = 30;

size_t digits(int64_t number) { return std::to_string(number).size(); }

/// The front of a line, cut between two of its parts: half a number would be another number.
std::string whole_words(const std::string& line, size_t width) {
  if (line.size() <= width) return line;
  const size_t gap = line.rfind("  ", width);
  const size_t end = gap == line.npos ? line.npos : line.find_last_not_of(' ', gap);
  return line.substr(0, end == line.npos ? width : end + 1);
}

}  // namespace

std::string format_seconds(double seconds) {
  // Beyond ten years nobody reads it, and the conversion to an integer has to stay in range.
  const auto whole = static_cast<int64_t>(std::isfinite(seconds) ? std::clamp(std::round(seconds), 0.0, 3e8) : 3e8);
  const int64_t hours = whole / 3600;
  const int64_t minutes = whole / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
  return fmt::format("{}:{:02}", minutes, whole % 60);
}

Progress::Progress(ProgressOptions options) : options_(std::move(options)) {}

Progress::~Progress() {
  if (bar_stands_) options_.write("\n");
}

void Progress::begin_epoch(int64_t epoch, int64_t epochs, int64_t batches) {
  epoch_ = epoch;
  epochs_ = epochs;
  batches_ = batches;
  batch_ = 0;
  samples_ = 0;
  loss_.reset();
  epoch_begin_ = options_.now();
  if (!run_begin_) run_begin_ = epoch_begin_;
  drawn_ = epoch_begin_;
  if (options_.terminal) draw();
}

void Progress::step(int64_t samples, std::optional<double> loss) {
  ++batch_;
  ++batches_of_run_;
  samples_ += samples;
  if (loss) loss_ = loss;
  if (options_.now() - drawn_ >= (options_.terminal ? redraw_seconds : line_seconds)) draw();
}

void Progress::end_epoch(std::string_view summary) {
  erase();
  options_.write(fmt::format("{}  {}  {:.1f} s\n", epoch_text(), summary, options_.now() - epoch_begin_));
}

void Progress::print(std::string_view line) {
  const bool stood = bar_stands_;
  erase();
  options_.write(fmt::format("{}\n", line));
  if (stood) draw();
}

void Progress::draw() {
  drawn_ = options_.now();
  const std::string head = epoch_text();
  const std::string tail = numbers();
  if (!options_.terminal) {
    options_.write(fmt::format("{}  {}\n", head, tail));
    return;
  }
  // A line as wide as the terminal would wrap, and could not be redrawn.
  const auto width = static_cast<size_t>(std::max(options_.width() - 1, 1));
  const size_t text = head.size() + tail.size() + 4;
  std::string line;
  if (text + shortest_bar + 1 <= width) {
    line = fmt::format("{} {}  {}", head, bar(std::min(width - text - 1, longest_bar)), tail);
  } else {
    line = whole_words(fmt::format("{}  {}", head, tail), width);
  }
  options_.write("\r" + line + "\x1b[K");
  bar_stands_ = true;
}

void Progress::erase() {
  if (bar_stands_) options_.write("\r\x1b[K");
  bar_stands_ = false;
}

std::string Progress::epoch_text() const { return fmt::format("epoch {:>{}}/{}", epoch_, digits(epochs_), epochs_); }

std::string Progress::numbers() const {
  std::string text = fmt::format("{:>{}}/{}", batch_, digits(batches_), batches_);
  if (loss_) text += fmt::format("  loss {:.4g}", *loss_);
  const double seconds = options_.now() - epoch_begin_;
  if (batch_ > 0 && seconds > 0) text += fmt::format("  {:.0f}/s", static_cast<double>(samples_) / seconds);
  if (batches_of_run_ > 0) text += fmt::format("  {} left", format_seconds(seconds_left()));
  return text;
}

std::string Progress::bar(size_t columns) const {
  const double done = batches_ > 0 ? static_cast<double>(batch_) / static_cast<double>(batches_) : 1;
  const auto full = std::min(columns, static_cast<size_t>(done * static_cast<double>(columns)));
  std::string text = options_.unicode ? "" : "[";
  for (size_t i = 0; i < columns; ++i) {
    text += i < full ? (options_.unicode ? "\u2588" : "#") : (options_.unicode ? "\u2591" : "-");
  }
  return options_.unicode ? text : text + "]";
}

double Progress::seconds_left() const {
  // What was done since the start, evaluation between the epochs included, tells what the rest takes.
  const double each = (options_.now() - *run_begin_) / static_cast<double>(batches_of_run_);
  const int64_t rest = (epochs_ - epoch_) * batches_ + batches_ - batch_;
  return each * static_cast<double>(rest);
}

}  // namespace train
}  // namespace tenon::inline v0
