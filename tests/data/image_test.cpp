#include "tenon/data/image.h"

#include <cstdlib>
#include <filesystem>

#include "tenon/core/io/file.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/data/datasets.h"
#include "tenon/tests/data/files.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

namespace {

/// A smooth picture: JPEG keeps it nearly.
Array gradient(int64_t height, int64_t width, int64_t channels) {
  Array image = empty({height, width, channels}, uint8);
  const auto pixel = image.view<uint8_t, 3>();
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      for (int64_t c = 0; c < channels; ++c) pixel(y, x, c) = static_cast<uint8_t>(10 * y + 3 * x + 20 * c);
    }
  }
  return image;
}

std::string bytes_of(const std::string& path) {
  const Array bytes = map_file(path);
  return {static_cast<const char*>(bytes.data()), static_cast<size_t>(bytes.numel())};
}

}  // namespace

TEST(Image, PngRoundTrip) {
  for (int channels : {1, 3, 4}) {
    const Array image = gradient(5, 7, channels);
    data::write_image(test_path("a.png"), image);
    const Array read = data::read_image(test_path("a.png"), {.channels = 0});
    EXPECT_EQ(read.shape(), Shape({5, 7, channels}));
    EXPECT_EQ(read.dtype(), uint8);
    EXPECT_EQ(values(read), values(image));
  }
  // A view is written as what it shows.
  const Array turned = transpose(gradient(5, 7, 3), {1, 0, 2});
  data::write_image(test_path("b.PNG"), turned);
  EXPECT_EQ(values(data::read_image(test_path("b.PNG"))), values(turned));
}

TEST(Image, JpegRoundTrip) {
  const Array image = gradient(16, 16, 3);
  data::write_image(test_path("a.jpg"), image, 95);
  const std::vector<double> read = values(data::read_image(test_path("a.jpg"))), expected = values(image);
  ASSERT_EQ(read.size(), expected.size());
  for (size_t i = 0; i < read.size(); ++i) EXPECT_NEAR(read[i], expected[i], 6);
}

TEST(Image, Channels) {
  data::write_image(test_path("grey.png"), gradient(2, 2, 1));
  EXPECT_EQ(values(data::read_image(test_path("grey.png"))),
            (std::vector<double>{0, 0, 0, 3, 3, 3, 10, 10, 10, 13, 13, 13}));
  data::write_image(test_path("colour.png"), gradient(2, 2, 3));
  EXPECT_EQ(data::read_image(test_path("colour.png"), {.channels = 1}).shape(), Shape({2, 2, 1}));
  EXPECT_EQ(values(data::read_image(test_path("colour.png"), {.channels = 4}))[3], 255);
}

TEST(Image, RefusesWhatIsWrong) {
  const auto expect = [](const std::string& path, const std::string& what) {
    expect_error<FileError>([&] { data::read_image(path); }, path + ": " + what);
  };
  expect("/nonexistent.png", "cannot open: No such file or directory");
  // Wherever it is cut.
  const auto expect_cut = [](const std::string& whole, const std::string& format, size_t from) {
    for (size_t size = from; size < whole.size(); ++size) {
      const Array part = array(std::vector<uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
      expect_error<FileError>(
          [&] { data::decode_image(part, "x"); },
          "x: the " + format + " image is cut short: it does not end within its " + std::to_string(size) + " bytes");
    }
  };
  expect(write_bytes("empty.png", ""), "neither a PNG nor a JPEG image: the file is empty");
  expect(write_bytes("text.png", "hello"), "neither a PNG nor a JPEG image");
  data::write_image(test_path("a.png"), gradient(30, 30, 3));
  const std::string png = bytes_of(test_path("a.png"));
  expect_cut(png, "PNG", 1);
  std::string broken = png;
  broken[25] = 99;  // the kind of colour
  expect(write_bytes("kind.png", broken), "the PNG image is broken: bad ctype");
  broken = png;
  broken[41] = 0;  // where the compressed pixels begin
  expect(write_bytes("pixels.png", broken), "the PNG image is broken: bad zlib header");
  // What stb_image said of another image before is not said of this one.
  expect(write_bytes("no_scan.jpg", "\xff\xd8\xff\xe1" + std::string(1, '\0') + "\x02\xff\xd9"),
         "the JPEG image is broken: unknown marker");
  data::write_image(test_path("a.jpg"), gradient(64, 64, 3));
  const std::string jpg = bytes_of(test_path("a.jpg"));
  expect_cut(jpg, "JPEG", 1);
  // A preview in front has an end of its own, and so may what is in the comment of a file that was cut.
  const std::string preview = "\xff\xe1" + std::string(1, '\0') + "\x08\xff\xd8\xff\xda\xff\xd9";
  const std::string with_preview = jpg.substr(0, 2) + preview + jpg.substr(2);
  EXPECT_EQ(data::read_image(write_bytes("preview.jpg", with_preview)).shape(), Shape({64, 64, 3}));
  expect_cut(with_preview, "JPEG", with_preview.size() - 100);
  // What a camera puts behind the image: a film, in which anything may stand.
  const std::string with_film = jpg + "film\xff\xda" + std::string(50, 'x');
  EXPECT_EQ(data::read_image(write_bytes("film.jpg", with_film)).shape(), Shape({64, 64, 3}));
  expect_error<FileError>([] { data::read_image(test_path("a.png"), {.max_pixels = 100}); },
                          test_path("a.png") + ": 30 x 30 pixels are over the limit of 100");
  expect_error<ValueError>([] { data::read_image(test_path("a.png"), {.channels = 5}); },
                           "decode_image: channels is 0 to 4, got 5");
  expect_error<ValueError>([] { data::decode_image(zeros({4}), "x"); },
                           "decode_image: expected bytes, one-dimensional and contiguous, on the CPU");
}

TEST(Image, WriteRefusesWhatItCannotWrite) {
  const Array image = gradient(2, 2, 3);
  expect_error<DTypeError>(
      [] {
        data::write_image("a.png", zeros({2, 2, 3}));
      },
      "write_image: expected uint8, got float32");
  expect_error<ShapeError>(
      [] {
        data::write_image("a.png", zeros({2, 2, 2}, uint8));
      },
      "write_image: expected [height, width, 1, 3 or 4], got [2, 2, 2]");
  expect_error<ValueError>([&] { data::write_image("a.gif", image); },
                           "write_image: a.gif ends in neither .png, .jpg nor .jpeg");
  expect_error<ValueError>([&] { data::write_image("a.jpg", image, 0); }, "write_image: quality is 1 to 100, got 0");
  expect_error<FileError>([&] { data::write_image("/nonexistent/a.png", image); },
                          "/nonexistent/a.png: cannot write: No such file or directory");
}

TEST(ImageFolder, FoldersAreClasses) {
  namespace fs = std::filesystem;
  const fs::path root = test_path("root");
  fs::remove_all(root);
  expect_error<FileError>([&] { data::image_folder({.folder = root.string()}); },
                          root.string() + ": cannot open: No such file or directory");
  fs::create_directories(root / "dog");
  expect_error<FileError>([&] { data::image_folder({.folder = root.string()}); },
                          (root / "dog").string() + ": there is no PNG or JPEG file");
  fs::create_directories(root / "cat");
  data::write_image((root / "dog" / "b.png").string(), gradient(2, 3, 3));
  data::write_image((root / "dog" / "a.jpeg").string(), gradient(4, 3, 3));
  data::write_image((root / "cat" / "z.png").string(), gradient(5, 3, 3));
  std::ofstream(root / "dog" / "notes.txt") << "no image";
  std::ofstream(root / "cat" / "broken.png") << "no image either";

  const auto set = data::image_folder({.folder = root.string()});
  EXPECT_EQ(set->class_names(), (std::vector<std::string>{"cat", "dog"}));
  ASSERT_EQ(set->size(), 4);
  EXPECT_EQ(set->get(2, {})["input"].shape(), Shape({4, 3, 3}));
  EXPECT_EQ(set->get(2, {})["target"].item<int>(), 1);
  EXPECT_EQ(values(set->targets()), (std::vector<double>{0, 0, 1, 1}));
  EXPECT_EQ(set->get(3, {})["input"].shape(), Shape({2, 3, 3}));
  // A batch names the sample as well as the file, and sizes that differ.
  const std::vector<data::Draw> draws(2);
  const std::vector<int64_t> broken{1, 0}, differ{2, 3};
  expect_error<FileError>([&] { set->batch(broken, draws); },
                          "sample 0: " + (root / "cat" / "broken.png").string() + ": neither a PNG nor a JPEG image");
  expect_error<ShapeError>([&] { set->batch(differ, draws); },
                           "batch: samples of input differ: [4, 3, 3] uint8 and [2, 3, 3] uint8");
}

TEST(ImageFolder, GivenClasses) {
  namespace fs = std::filesystem;
  const fs::path root = test_path("root");
  fs::remove_all(root);
  fs::create_directories(root / "dog");
  data::write_image((root / "dog" / "a.png").string(), gradient(2, 3, 3));
  const auto set = data::image_folder({.folder = root.string(), .channels = 1, .classes = {"fox", "cat", "dog"}});
  EXPECT_EQ(set->class_names(), (std::vector<std::string>{"fox", "cat", "dog"}));
  EXPECT_EQ(set->get(0, {})["target"].item<int>(), 2);
  const ConfigValue conventions = set->conventions();
  EXPECT_EQ(conventions.find("channels")->integer, 1);
  EXPECT_EQ(conventions.find("classes")->items.at(2).text, "dog");
  expect_error<FileError>(
      [&] {
        data::image_folder({.folder = root.string(), .classes = {"bird", "cat"}});
      },
      (root / "dog").string() + ": unknown class \"dog\"; known: bird, cat");
  expect_error<ValueError>([&] { data::image_folder({.folder = root.string(), .channels = 2}); },
                           "channels must be 1, 3 or 4, got 2");
}

TEST(Image, Pinned) {
  data::write_image(test_path("a.png"), gradient(5, 7, 3));
  fake();  // the first device besides the CPU
  const Array image = data::read_image(test_path("a.png"), {.pinned = true});
  EXPECT_TRUE(image.storage()->pinned && image.device().is_cpu());
  EXPECT_EQ(values(image), values(gradient(5, 7, 3)));
  const int64_t waits = host_waits_on_fake();
  const Array there = image.to(fake(), {.async = true});
  EXPECT_EQ(host_waits_on_fake(), waits);
  EXPECT_EQ(values(there), values(image));
  EXPECT_FALSE(data::read_image(test_path("a.png")).storage()->pinned);
}

// In a process of its own: once there is a device, it stays.
TEST(Image, PinnedNeedsADevice) {
  if (!std::getenv("TENON_TEST_ALONE")) {
    const std::string program = std::filesystem::read_symlink("/proc/self/exe");
    const std::string command =
        "TENON_TEST_ALONE=1 '" + program + "' --gtest_filter=Image.PinnedNeedsADevice > /dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return;
  }
  if (cuda_is_available()) GTEST_SKIP() << "there is one";
  data::write_image(test_path("a.png"), gradient(2, 2, 3));
  EXPECT_THROW(data::read_image(test_path("a.png"), {.pinned = true}), DeviceError);
}

}  // namespace tenon::testing
