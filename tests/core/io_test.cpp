#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "tenon/core/error.h"
#include "tenon/core/io/file.h"
#include "tenon/core/io/npy.h"
#include "tenon/core/io/print.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/sum.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

class IoTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name) { return ::testing::TempDir() + "tenon_io_" + name; }
  std::string write(const std::string& name, const std::string& bytes) {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  template <class F>
  std::string error(F f) {
    try {
      f();
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  }
  static std::string bytes_of(const std::string& path) {
    const Array bytes = map_file(path);
    return {static_cast<const char*>(bytes.data()), static_cast<size_t>(bytes.numel())};
  }
  static std::string safetensors(std::string header, const std::string& data) {
    uint64_t n = header.size();
    return std::string(reinterpret_cast<const char*>(&n), 8) + header + data;
  }
};

TEST_F(IoTest, SafetensorsRoundTrip) {
  const StateDict state{{"weight", array<float>({1, 2, 3, 4, 5, 6}).reshape({2, 3})},
                        {"steps", full({}, 7, int64)},
                        {"empty", zeros({0, 3})},
                        {"half", full({3}, 0.5, float16)},
                        {"strided", transpose(array<float>({1, 2, 3, 4}).reshape({2, 2}))}};
  save(path("a.safetensors"), state, {{"format", "pt"}});
  const StateDict loaded = load(path("a.safetensors"));
  ASSERT_EQ(loaded.size(), state.size());
  for (const auto& [name, expected] : state) {
    const auto found = std::find_if(loaded.begin(), loaded.end(), [&](auto& e) { return e.first == name; });
    ASSERT_NE(found, loaded.end()) << name;
    EXPECT_EQ(found->second.shape(), expected.shape());
    EXPECT_EQ(found->second.dtype(), expected.dtype());
    EXPECT_EQ(values(found->second), values(expected)) << name;
  }
  EXPECT_EQ(load_metadata(path("a.safetensors")), (Metadata{{"format", "pt"}}));
  EXPECT_THROW(add_(loaded[0].second, 1), ReadOnlyError);
}

TEST_F(IoTest, SafetensorsRefusesWhatIsWrong) {
  const auto message = [this](const std::string& bytes) {
    const std::string file = write("bad.safetensors", bytes);
    const std::string text = error([&] { load(file); });
    const std::string prefix = file + ": not a valid safetensors file: ";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
  };
  EXPECT_EQ(message("abc"), "3 bytes are too few");
  EXPECT_EQ(message(std::string("\xff\xff\xff\xff\0\0\0\0", 8)), "header of 4294967295 bytes is over the limit");
  EXPECT_EQ(message(safetensors("{}", "").substr(0, 9)), "header of 2 bytes, but the file ends after 9");
  EXPECT_EQ(message(safetensors("[1]", "")), "the header is not a JSON object");
  const std::string f32 = R"("dtype":"F32","shape":[1])";
  EXPECT_EQ(message(safetensors("{\"a\":{" + f32 + ",\"data_offsets\":[0,4]}}", "")),
            "arrays end at byte 4 of the data, the file at 0");
  EXPECT_EQ(message(safetensors("{\"a\":{" + f32 + ",\"data_offsets\":[0,8]}}", "12345678")),
            "a is 4 bytes long, but its offsets are 0 and 8");
  EXPECT_EQ(message(safetensors("{\"a\":{" + f32 + ",\"data_offsets\":[4,8]}}", "12345678")),
            "a begins at 4, expected 0");
  EXPECT_EQ(message(safetensors(R"({"a":{"dtype":"X9","shape":[],"data_offsets":[0,0]}})", "")),
            "a has dtype X9, which is not supported");
  const auto entry_of = [&](const std::string& shape, const std::string& offsets) {
    const std::string json = R"({"a":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
    return message(safetensors(json, "1234"));
  };
  EXPECT_EQ(entry_of("[-1]", "[0,4]"), "a has -1 as a size");
  EXPECT_EQ(entry_of("[1.5]", "[0,4]"), "a has 1.5 as a size");
  EXPECT_EQ(entry_of("3", "[0,4]"), "a has 3 as shape");
  EXPECT_EQ(entry_of("[1]", "[0,-4]"), "a has -4 as an offset");
  EXPECT_EQ(entry_of("[1]", "[0]"), "a has [0] as offsets");
  EXPECT_EQ(entry_of("[18446744073709551615]", "[0,4]"), "a is too large");
  const std::string entry = "{" + f32 + ",\"data_offsets\":[0,4]}";
  EXPECT_EQ(message(safetensors("{\"a\":" + entry + ",\"a\":" + entry + "}", "1234")),
            "a key stands twice in the header");
  EXPECT_NE(message(safetensors("{\"a\":", "")).find("parse error"), std::string::npos);
  EXPECT_EQ(error([&] { load(path("missing")); }), path("missing") + ": cannot open: No such file or directory");
}

TEST_F(IoTest, SaveThatFailsLeavesTheOldFile) {
  save(path("kept.safetensors"), {{"a", ones({2})}});
  EXPECT_THROW(save(path("kept.safetensors"), {{"a", ones({2})}, {"a", ones({2})}}), ValueError);
  EXPECT_EQ(load(path("kept.safetensors")).size(), 1u);
  EXPECT_EQ(error([&] {
              save("/nonexistent/x", {{"a", ones({2})}});
            }),
            "/nonexistent/x: cannot write: No such file or directory");
}

TEST_F(IoTest, SeveralThreadsSaveToOnePath) {
  const StateDict state{{"weight", zeros({10000})}};
  std::vector<std::string> errors(4, "");
  std::vector<std::thread> threads;
  for (std::string& found : errors) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        if (found.empty()) found = error([&] { save(path("shared.safetensors"), state); });
        if (found == "no error") found = error([&] { save_npz(path("shared.npz"), state); });
        if (found == "no error") found.clear();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(errors, std::vector<std::string>(4, ""));
  EXPECT_EQ(load(path("shared.safetensors")).size(), 1u);
  EXPECT_EQ(load_npz(path("shared.npz")).size(), 1u);
  for (const auto& entry : std::filesystem::directory_iterator(::testing::TempDir())) {
    EXPECT_EQ(entry.path().filename().string().find("tenon_io_shared.npz."), std::string::npos) << entry.path();
    EXPECT_EQ(entry.path().filename().string().find("tenon_io_shared.safetensors."), std::string::npos);
  }
}

TEST_F(IoTest, NamesThatCannotBeWritten) {
  const Array x = zeros({1});
  EXPECT_EQ(error([&] { save(path("c"), {{"\xff", x}}); }), "save: a name, or a text of the metadata, is not UTF-8");
  EXPECT_EQ(error([&] {
              save(path("c"), {{"x", x}}, {{"note", "\xff"}});
            }),
            "save: a name, or a text of the metadata, is not UTF-8");
  EXPECT_EQ(error([&] {
              save_npz(path("c.npz"), {{"x", x}, {"x", x}});
            }),
            "save_npz: \"x\" is undefined or there twice");
}

TEST_F(IoTest, BoolsOfOtherBytesAreTrue) {
  const std::string header = R"({"mask":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}})", bytes{0, 1, 2, '\xff'};
  const auto check = [](const Array& mask) {
    EXPECT_EQ(mask.dtype(), bool_);
    EXPECT_EQ(values(mask), std::vector<double>({0, 1, 1, 1}));
    EXPECT_EQ(sum(mask).item<int64_t>(), 3);
  };
  check(load(write("mask.safetensors", safetensors(header, bytes)))[0].second);
  const std::string dict = "{'descr': '|b1', 'fortran_order': True, 'shape': (4,), }";
  check(load_npy(write("mask.npy", "\x93NUMPY\x01" + std::string(1, '\0') + static_cast<char>(dict.size()) +
                                       std::string(1, '\0') + dict + bytes)));
}

TEST_F(IoTest, NpyRoundTrip) {
  for (DType dtype : {bool_, uint8, int8, int32, int64, float16, float32, float64}) {
    const Array x = array<double>({0, 1, 2, 3, 4, 5}).reshape({2, 3}).to(dtype);
    save_npy(path("x.npy"), transpose(x));
    const Array y = load_npy(path("x.npy"));
    EXPECT_EQ(y.dtype(), dtype);
    EXPECT_EQ(y.shape(), Shape({3, 2}));
    EXPECT_EQ(values(y), values(transpose(x)));
  }
  save_npy(path("0d.npy"), full({}, 3.5));
  EXPECT_EQ(load_npy(path("0d.npy")).item<float>(), 3.5f);
  EXPECT_EQ(error([&] { save_npy(path("b.npy"), zeros({1}, bfloat16)); }), "save_npy: NumPy has no bfloat16");
}

TEST_F(IoTest, NpyReadsWhatNumPyWrites) {
  const auto npy = [](const std::string& dict, const std::string& data) {
    std::string header = "\x93NUMPY";
    header += {1, 0, static_cast<char>(dict.size()), 0};
    return header + dict + data;
  };
  const std::string be = {0x3f, char(0x80), 0, 0, 0x40, 0, 0, 0};
  Array x = load_npy(write("be.npy", npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }\n", be)));
  EXPECT_EQ(values(x), (std::vector<double>{1, 2}));
  x = load_npy(write("f.npy", npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2), }\n", "\1\2\3\4")));
  EXPECT_EQ(values(x), (std::vector<double>{1, 3, 2, 4}));
  const auto message = [&](const std::string& bytes) {
    const std::string text = error([&] { load_npy(write("bad.npy", bytes)); });
    const std::string prefix = path("bad.npy") + ": not a valid npy file: ";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
  };
  EXPECT_EQ(message("hello"), "it does not begin with \\x93NUMPY");
  EXPECT_EQ(message(npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }\n", "")),
            "object arrays are refused: reading them would run code");
  EXPECT_EQ(message(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", "1234")),
            "shape [2] of float32 needs 8 bytes, but only 4 are there");
  EXPECT_EQ(message(npy("{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }\n", "1234")),
            "dtype '<c8' is not supported");
  EXPECT_EQ(message(npy("{'descr': '<f4'}", "")), "the header lacks descr, fortran_order or shape");
}

TEST_F(IoTest, NpzRoundTrip) {
  for (bool compress : {false, true}) {
    save_npz(path("x.npz"), {{"a", ones({100, 3})}, {"b", full({2}, 3, int64)}}, compress);
    const StateDict loaded = load_npz(path("x.npz"));
    ASSERT_EQ(loaded.size(), 2u);
    EXPECT_EQ(loaded[0].first, "a");
    EXPECT_EQ(values(loaded[0].second), values(ones({100, 3})));
    EXPECT_EQ(values(loaded[1].second), (std::vector<double>{3, 3}));
  }
  save_npz(path("none.npz"), {});
  EXPECT_TRUE(load_npz(path("none.npz")).empty());
}

TEST_F(IoTest, NpzRefusesWhatIsWrong) {
  const auto message = [&](const std::string& bytes) { return error([&] { load_npz(write("bad.npz", bytes)); }); };
  const std::string bad = path("bad.npz") + ": not a valid npz file: ";
  const std::string no_list = bad + "the list of members at its end is missing: cut short, or no zip file";
  EXPECT_EQ(message(""), no_list);
  EXPECT_EQ(message("PK but no"), no_list);
  EXPECT_EQ(message(std::string(100000, 'x')), no_list);
  EXPECT_EQ(error([&] { load_npz(path("missing.npz")); }),
            path("missing.npz") + ": cannot open: No such file or directory");
  for (bool compress : {false, true}) {
    save_npz(path("x.npz"), {{"a", arange(40)}, {"b", full({2}, 3, int64)}}, compress);
    const std::string whole = bytes_of(path("x.npz"));
    for (size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(message(whole.substr(0, size)), no_list) << size;
    // Any byte may be wrong: an error that names the file, or, in a date or a name that nobody checks, the same values.
    for (size_t i = 0; i < whole.size(); ++i) {
      std::string other = whole;
      other[i] = static_cast<char>(~other[i]);
      const std::string file = write("bad.npz", other), what = error([&] { load_npz(file); });
      if (what != "no error") {
        EXPECT_TRUE(what.starts_with(file + ": ")) << i << ": " << what;
        continue;
      }
      const StateDict loaded = load_npz(file);
      ASSERT_EQ(loaded.size(), 2u) << i;
      EXPECT_EQ(values(loaded[0].second), values(arange(40))) << i;
      EXPECT_EQ(values(loaded[1].second), (std::vector<double>{3, 3})) << i;
    }
    // The list breaks off after its first member, as where the middle of a file is lost.
    std::string second = whole;
    const size_t list = second.find("PK\1\2");
    second[second.find("PK\1\2", list + 1)] = 'x';
    EXPECT_EQ(message(second), bad + "the list of members breaks off after 1 of 2");
    second[list] = 'x';
    EXPECT_EQ(message(second), bad + "the list of members breaks off after 0 of 2");
  }
}

TEST(Print, LooksLikePyTorch) {
  EXPECT_EQ(to_string(array<float>({1, 2, 3, 4}).reshape({2, 2})), "array([[1., 2.],\n       [3., 4.]])");
  EXPECT_EQ(to_string(array<float>({1.5f, -2.25f, 100})), "array([  1.5000,  -2.2500, 100.0000])");
  EXPECT_EQ(to_string(array<int64_t>({1, -10, 100})), "array([  1, -10, 100])");
  EXPECT_EQ(to_string(array<double>({1, 2})), "array([1., 2.], dtype=float64)");
  EXPECT_EQ(to_string(full({}, 3.5)), "array(3.5000)");
  EXPECT_EQ(to_string(full({2}, true)), "array([True, True])");
  EXPECT_EQ(to_string(array<float>({1e-5f, 1})), "array([1.0000e-05, 1.0000e+00])");
  EXPECT_EQ(to_string(zeros({0})), "array([])");
  EXPECT_EQ(to_string(zeros({0, 3})), "array([], shape=[0, 3])");
  EXPECT_EQ(to_string(zeros({1000000000, 0})), "array([], shape=[1000000000, 0])");
  EXPECT_EQ(to_string(array<int64_t>({9007199254740993, -1})), "array([9007199254740993,               -1])");
  EXPECT_EQ(to_string(array<int64_t>({INT64_MIN, INT64_MAX})), "array([-9223372036854775808,  9223372036854775807])");
  EXPECT_EQ(to_string(zeros({2000}), {.edge_items = 0}), "array([ ...])");
  EXPECT_EQ(to_string(zeros({40, 50}), {.edge_items = 0}), "array([...])");
  EXPECT_EQ(to_string(zeros({2000})), "array([0., 0., 0.,  ..., 0., 0., 0.])");
  EXPECT_EQ(to_string(Array()), "array(undefined)");
}

}  // namespace tenon::testing
