#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// Where progress is shown, and how.
struct ProgressOptions {
  std::function<void(std::string_view)> write;     ///< takes the bytes
  std::function<double()> now;                     ///< seconds on a clock that does not jump
  bool terminal = false;                           ///< one line redrawn in place, or plain lines
  bool unicode = false;                            ///< a bar of blocks, or of #
  std::function<int()> width = [] { return 80; };  ///< columns of the terminal; asked at every drawing

  /// Standard output: a bar if it is a terminal that can redraw a line, otherwise plain lines.
  static ProgressOptions standard_output();
};

/// Shows how far a training run is: epoch, batches, loss, samples a second, time left for the whole run.
///
///     epoch  3/10 [#########-----------]  420/938  loss 0.2531  12345/s  0:42 left
///
/// On a terminal this line is redrawn, at most ten times a second; elsewhere it is printed without the bar when an
/// epoch has taken ten seconds more.
class Progress {
 public:
  explicit Progress(ProgressOptions options);
  /// Leaves the bar, if one stands there, on a line of its own.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// An epoch begins: the epoch-th (from 1) of `epochs`, of so many batches.
  void begin_epoch(int64_t epoch, int64_t epochs, int64_t batches);
  /// A batch of so many samples is done; `loss` is the latest that is known.
  void step(int64_t samples, std::optional<double> loss);
  /// The epoch is over: its bar becomes the line `epoch  3/10  <summary>  7.2 s`.
  void end_epoch(std::string_view summary);
  /// A line of its own, above the bar.
  void print(std::string_view line);

 private:
  void draw();
  void erase();
  std::string epoch_text() const;
  std::string numbers() const;
  std::string bar(size_t columns) const;
  double seconds_left() const;

  ProgressOptions options_;
  int64_t epoch_ = 0;
  int64_t epochs_ = 0;
  int64_t batches_ = 0;
  int64_t batch_ = 0;
  int64_t samples_ = 0;
  int64_t batches_of_run_ = 0;  ///< done since run_begin_
  std::optional<double> loss_;
  std::optional<double> run_begin_;
  double epoch_begin_ = 0;
  double drawn_ = 0;
  bool bar_stands_ = false;
};

/// 42 -> "0:42", 3723 -> "1:02:03".
std::string format_seconds(double seconds);

}  // namespace train
}  // namespace v0
}  // namespace tenon
