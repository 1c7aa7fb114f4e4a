#include "tenon/train/progress.h"

#include <string>

#include <gtest/gtest.h>

namespace tenon::train {
namespace {

/// Progress on a clock that the test moves, into a string.
struct Shown {
  explicit Shown(bool terminal, int columns = 80) {
    options.write = [this](std::string_view bytes) { text += bytes; };
    options.now = [this] { return now; };
    options.terminal = terminal;
    options.width = [columns] { return columns; };
  }

  /// What was written since the last call.
  std::string taken() { return std::exchange(text, ""); }

  ProgressOptions options;
  std::string text;
  double now = 100;
};

TEST(Progress, PlainLinesWhereThereIsNoTerminal) {
  Shown shown(false);
  Progress progress(shown.options);
  progress.begin_epoch(1, 10, 4);
  shown.now += 5;
  progress.step(64, 0.5);
  EXPECT_EQ(shown.taken(), "");
  shown.now += 5;
  progress.step(64, std::nullopt);
  EXPECT_EQ(shown.taken(), "epoch  1/10  2/4  loss 0.5  13/s  3:10 left\n");
  progress.step(64, 0.25);
  progress.step(64, 0.25);
  shown.now += 2.5;
  progress.end_epoch("loss 0.375  accuracy 0.9");
  EXPECT_EQ(shown.taken(), "epoch  1/10  loss 0.375  accuracy 0.9  12.5 s\n");
}

TEST(Progress, RedrawsOneLineOnATerminal) {
  Shown shown(true);
  {
    Progress progress(shown.options);
    progress.begin_epoch(2, 3, 10);
    EXPECT_EQ(shown.taken(), "\repoch 2/3 [------------------------------]   0/10\x1b[K");
    shown.now += 0.05;
    progress.step(10, 1.0);
    EXPECT_EQ(shown.taken(), "");
    shown.now += 0.95;
    progress.step(10, 0.12345678);
    EXPECT_EQ(shown.taken(), "\repoch 2/3 [######------------------------]   2/10  loss 0.1235  20/s  0:09 left\x1b[K");
    progress.print("saved");
    EXPECT_EQ(shown.taken(),
              "\r\x1b[Ksaved\n"
              "\repoch 2/3 [######------------------------]   2/10  loss 0.1235  20/s  0:09 left\x1b[K");
    progress.end_epoch("loss 0.1");
    EXPECT_EQ(shown.taken(), "\r\x1b[Kepoch 2/3  loss 0.1  1.0 s\n");
    progress.begin_epoch(3, 3, 10);
    shown.taken();
  }
  EXPECT_EQ(shown.taken(), "\n");
}

TEST(Progress, FitsNarrowTerminals) {
  Shown narrow(true, 24);
  Progress progress(narrow.options);
  progress.begin_epoch(1, 1, 1000);
  narrow.now += 1;
  narrow.taken();
  progress.step(10, 0.5);
  EXPECT_EQ(narrow.taken(), "\repoch 1/1     1/1000\x1b[K");
  narrow.options.width = [] { return 20; };
  Progress narrower(narrow.options);
  narrower.begin_epoch(1, 1, 1000);
  EXPECT_EQ(narrow.taken(), "\repoch 1/1\x1b[K");

  Shown none(true, 0);
  Progress tiny(none.options);
  tiny.begin_epoch(1, 1, 1);
  EXPECT_EQ(none.taken(), "\re\x1b[K");
}

TEST(Progress, UnicodeBar) {
  Shown shown(true);
  shown.options.unicode = true;
  Progress progress(shown.options);
  progress.begin_epoch(1, 1, 2);
  shown.now += 1;
  progress.step(1, std::nullopt);
  const std::string text = shown.taken();
  EXPECT_NE(text.find("\u2588\u2591"), std::string::npos) << text;
  EXPECT_NE(text.find("1/2  1/s  0:01 left"), std::string::npos) << text;
}

TEST(Progress, EmptyEpochAndStrangeNumbers) {
  Shown shown(true);
  Progress progress(shown.options);
  progress.begin_epoch(1, 1, 0);
  progress.end_epoch("nothing");
  EXPECT_NE(shown.taken().find("epoch 1/1  nothing  0.0 s\n"), std::string::npos);
  EXPECT_EQ(format_seconds(0.4), "0:00");
  EXPECT_EQ(format_seconds(59.6), "1:00");
  EXPECT_EQ(format_seconds(3723), "1:02:03");
  EXPECT_EQ(format_seconds(-1), "0:00");
  EXPECT_EQ(format_seconds(1.0 / 0.0), format_seconds(1e30));
}

}  // namespace
}  // namespace tenon::train
