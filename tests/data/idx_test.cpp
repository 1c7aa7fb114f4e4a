#include "tenon/data/idx.h"

#include <unistd.h>
#include <zlib.h>

#include "tenon/data/datasets.h"
#include "tenon/tests/data/files.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

static std::string idx_bytes(int type, const std::vector<int>& sizes, const std::string& data) {
  std::string bytes{0, 0, static_cast<char>(type), static_cast<char>(sizes.size())};
  for (int size : sizes) {
    for (int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift);
  }
  return bytes + data;
}

static std::string write_gzip(const std::string& name, const std::string& bytes) {
  const std::string path = test_path(name);
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return path;
}

static std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

static void expect_bad(const std::string& path, const std::string& what) {
  expect_error<FileError>([&] { data::read_idx(path); }, path + ": not a valid IDX file: " + what);
}

TEST(Idx, ReadsAllTypes) {
  struct Case {
    int type;
    std::string data;
    DType dtype;
    std::vector<double> expected;
  };
  const Case cases[] = {
      {0x08, "\x01\xff", uint8, {1, 255}},
      {0x09, "\x01\xff", int8, {1, -1}},
      {0x0b, std::string("\x01\x02\xff\xfe", 4), int32, {258, -2}},
      {0x0c, std::string("\0\0\x01\x02\xff\xff\xff\xfe", 8), int32, {258, -2}},
      {0x0d, std::string("\x3f\x80\0\0\xc0\x20\0\0", 8), float32, {1, -2.5}},
      {0x0e, std::string("\x3f\xf0\0\0\0\0\0\0\xc0\x04\0\0\0\0\0\0", 16), float64, {1, -2.5}},
  };
  for (const Case& c : cases) {
    for (bool packed : {false, true}) {
      const std::string bytes = idx_bytes(c.type, {2, 1}, c.data);
      const Array x = data::read_idx(packed ? write_gzip("a.gz", bytes) : write_bytes("a", bytes));
      EXPECT_EQ(x.dtype(), c.dtype);
      EXPECT_EQ(x.shape(), Shape({2, 1}));
      EXPECT_EQ(values(x), c.expected);
    }
  }
  EXPECT_EQ(data::read_idx(write_bytes("empty", idx_bytes(8, {0, 28}, ""))).shape(), Shape({0, 28}));
}

TEST(Idx, RefusesWhatIsWrong) {
  expect_bad(write_bytes("a", std::string("\0\0\x08", 3)), "truncated: it ends at byte 3, within the header");
  expect_bad(write_bytes("a", ""), "truncated: it ends at byte 0, within the header");
  expect_bad(write_bytes("a", "PNG is another"), "it does not begin with two zero bytes");
  expect_bad(write_bytes("a", idx_bytes(0x0a, {1}, "x")), "unknown element type 10 at byte 2");
  expect_bad(write_bytes("a", idx_bytes(8, {}, "x")), "0 dimensions at byte 3; 1 to 8 are possible");
  expect_bad(write_bytes("a", idx_bytes(8, {2, 3}, "").substr(0, 10)),
             "truncated: it ends at byte 10, within the header");
  expect_bad(write_bytes("a", idx_bytes(8, {2, 3}, "12345")), "its shape [2, 3] needs more bytes than there are");
  expect_bad(write_bytes("a", idx_bytes(8, {0x7fffffff, 0x7fffffff, 0x7fffffff}, "1")),
             "its shape [2147483647, 2147483647, 2147483647] needs more bytes than there are");
  expect_bad(write_bytes("a", idx_bytes(8, {2, 3}, "1234567")), "there are bytes after the data, which end at byte 18");
  expect_error<FileError>([] { data::read_idx("/nonexistent"); },
                          "/nonexistent: cannot open: No such file or directory");
  expect_error<FileError>([] { data::read_idx("/tmp"); }, "/tmp: not a regular file");
}

TEST(Idx, RefusesBrokenGzip) {
  expect_bad(write_gzip("short", idx_bytes(8, {2, 3}, "12345")),
             "truncated: its shape [2, 3] needs 18 bytes, but it ends at byte 17");
  const std::string whole = read_bytes(write_gzip("whole", idx_bytes(8, {2, 3}, "123456")));
  expect_bad(write_bytes("cut", whole.substr(0, whole.size() - 3)), "truncated: the checksum at the end is missing");
  std::string wrong = whole;
  wrong[wrong.size() - 8] ^= 1;
  expect_bad(write_bytes("crc", wrong), "broken gzip data: incorrect data check");
  EXPECT_EQ(values(data::read_idx(write_bytes("same", whole))).size(), 6u);
}

TEST(Idx, ImagesAndLabels) {
  const std::string images = write_bytes("images", idx_bytes(8, {2, 1, 3}, "abcdef"));
  const std::string labels = write_bytes("labels", idx_bytes(8, {2}, std::string("\1\0", 2)));
  const auto set = data::idx({.images = images, .labels = labels, .classes = {"no", "yes"}});
  EXPECT_EQ(set->size(), 2);
  EXPECT_EQ(set->class_names(), (std::vector<std::string>{"no", "yes"}));
  EXPECT_EQ(set->conventions().find("classes")->items.at(1).text, "yes");
  const data::Sample sample = set->get(1, {});
  EXPECT_EQ(sample["input"].shape(), Shape({1, 3, 1}));
  EXPECT_EQ(values(sample["input"]), (std::vector<double>{'d', 'e', 'f'}));
  EXPECT_EQ(sample["target"].dtype(), int64);
  EXPECT_EQ(sample["target"].item<int>(), 0);

  const std::string three = write_bytes("three", idx_bytes(8, {3}, std::string("\1\0\2", 3)));
  expect_error<FileError>([&] { data::idx({.images = images, .labels = three}); },
                          images + " has 2 images, but " + three + " has 3 labels");
  const std::string high = write_bytes("high", idx_bytes(8, {2}, "\1\2"));
  expect_error<FileError>(
      [&] {
        data::idx({.images = images, .labels = high, .classes = {"no", "yes"}});
      },
      high + ": label 2 of sample 1 has no class: there are 2");
  const std::string below = write_bytes("below", idx_bytes(9, {2}, "\1\xff"));
  expect_error<FileError>([&] { data::idx({.images = images, .labels = below}); },
                          below + ": label -1 of sample 1 is negative");
  expect_error<FileError>([&] { data::idx({.images = images, .labels = images}); },
                          images + ": expected labels, one integer a sample, got [2, 1, 3] of uint8");
}

TEST(Idx, FashionMnist) {
  expect_error<FileError>(
      [] { data::fashion_mnist({.folder = "/nonexistent"}); },
      "/nonexistent/train-images-idx3-ubyte.gz: cannot open; Debian's package dataset-fashion-mnist "
      "puts it into /usr/share/datasets/fashion-mnist");
  const data::FashionMnistOptions options{.part = data::Part::test};
  if (::access(options.folder.c_str(), R_OK) != 0) GTEST_SKIP() << options.folder << " is not there";
  const auto set = data::fashion_mnist(options);
  EXPECT_EQ(set->size(), 10000);
  const data::Sample first = set->get(0, {});
  EXPECT_EQ(first["input"].shape(), Shape({28, 28, 1}));
  EXPECT_EQ(set->class_names()[first["target"].item<size_t>()], "Ankle boot");
}

}  // namespace tenon::testing
