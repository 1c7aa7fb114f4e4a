#include "tenon/core/options.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/enum_names.h"
#include "tenon/core/error.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon {
namespace {

struct ConvOptions {
  Required<int64_t> in, out;
  Required<Pair> kernel;
  Pair stride = 1, padding = 0;
  Size groups = 1;
  bool bias = true;
  std::string mode = "zeros";
  using O = ConvOptions;
  using fields = Fields<&O::in, &O::out, &O::kernel, &O::stride, &O::padding, &O::groups, &O::bias, &O::mode>;
};

struct BlockOptions {
  Required<ConvOptions> conv;
  Required<std::vector<int>> sizes;
  double drop = 0.5;
  using O = BlockOptions;
  using fields = Fields<&O::conv, &O::sizes, &O::drop>;
};

enum class Reduction { none, mean, sum };
enum class Empty {};

TEST(Options, TakeDesignatedInitialisers) {
  const ConvOptions a{.in = 1, .out = 32, .kernel = {3, 5}, .padding = {1, 2}, .groups = 2};
  EXPECT_EQ(a.in, 1);
  EXPECT_EQ(a.in * a.out, 32);
  EXPECT_EQ(a.kernel, Pair(3, 5));
  EXPECT_EQ(a.stride, Pair(1, 1));
  EXPECT_EQ(a.padding, Pair(1, 2));
  EXPECT_EQ(a.groups, 2);
  const size_t from_size = 4;
  const ConvOptions b{.in = from_size, .out = 2, .kernel = 3};
  EXPECT_EQ(b.in, 4);
  EXPECT_EQ(b.kernel, Pair(3, 3));
  ConvOptions copy = b;
  copy = a;
  EXPECT_EQ(copy.out, 32);
}

TEST(Options, RequiredTakesWhatMakesItsValueAndNothingElse) {
  static_assert(!std::is_default_constructible_v<Required<int64_t>>);
  static_assert(!std::is_constructible_v<ConvOptions>);
  static_assert(!std::is_constructible_v<Required<int64_t>, double>);
  static_assert(!std::is_constructible_v<Required<int64_t>, const char*>);
  static_assert(std::is_constructible_v<Required<double>, int>);
  const Required<std::vector<int>> list = {1, 2};
  EXPECT_EQ(list.value, (std::vector<int>{1, 2}));
  const Required<std::string> text = "abc";
  EXPECT_EQ(text.value, "abc");
}

TEST(Options, FieldsNameTheMembersInOrder) {
  std::string names;
  for (std::string_view name : ConvOptions::fields::names) names += std::string(name) + " ";
  EXPECT_EQ(names, "in out kernel stride padding groups bias mode ");
  ConvOptions options{.in = 1, .out = 2, .kernel = 3};
  size_t visited = 0;
  ConvOptions::fields::each(options, [&]<class T>(std::string_view name, T& member) {
    EXPECT_EQ(name, ConvOptions::fields::names[visited++]);
    if constexpr (std::is_same_v<T, bool>) member = false;
  });
  EXPECT_EQ(visited, ConvOptions::fields::size);
  EXPECT_FALSE(options.bias);
}

TEST(Options, MakeOptionsFillsRequiredMembersWithPlaceholders) {
  const auto options = make_options<BlockOptions>();
  EXPECT_EQ(options.drop, 0.5);
  EXPECT_EQ(options.conv.value.mode, "zeros");
  EXPECT_TRUE(options.sizes.value.empty());
}

TEST(Options, AtLeastRefusesWhatIsBelow) {
  EXPECT_EQ(Count(0), 0);
  const Size size = -3;
  try {
    FAIL() << int64_t{size};
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "expected at least 1, got -3");
  }
}

struct CheckedOptions {
  Required<Size> in;
  AtLeast<2> parts = 2;
  Count spare = 0;
  using O = CheckedOptions;
  using fields = Fields<&O::in, &O::parts, &O::spare>;
  void check() const {
    if (spare > in) throw ValueError("spare must be at most in");
  }
};

TEST(Options, CheckedNamesOwnerAndOption) {
  const auto error = [](const CheckedOptions& options) -> std::string {
    try {
      EXPECT_EQ(&checked("Net", options), &options);
    } catch (const ValueError& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(error({.in = 1}), "");
  EXPECT_EQ(error({.in = 0}), "Net: in must be positive, got 0");
  EXPECT_EQ(error({.in = 1, .parts = 1}), "Net: parts must be at least 2, got 1");
  EXPECT_EQ(error({.in = 1, .spare = -1}), "Net: spare must not be negative, got -1");
  EXPECT_EQ(error({.in = 1, .spare = 2}), "Net: spare must be at most in");
}

TEST(Options, PairsAreShownAndChecked) {
  EXPECT_EQ(pair_text(3), "3");
  EXPECT_EQ(pair_text({3, 5}), "[3, 5]");
  check_positive({1, 1}, "size");
  for (const Pair wrong : {Pair(0, 2), Pair(2, -1)}) {
    testing::expect_error<ValueError>([&] { check_positive(wrong, "size"); },
                                      "size must be positive, got " + pair_text(wrong));
  }
}

TEST(Options, EnumNames) {
  EXPECT_EQ(enum_names<Reduction>(), (std::vector<std::string>{"none", "mean", "sum"}));
  EXPECT_TRUE(enum_names<Empty>().empty());
}

}  // namespace
}  // namespace tenon
