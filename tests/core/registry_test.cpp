#include "tenon/core/registry.h"

#include <gtest/gtest.h>

namespace tenon {
namespace {

struct Shape {
  virtual ~Shape() = default;
  virtual int64_t area() const = 0;
};

struct RectangleOptions {
  Required<int64_t> width;
  int64_t height = 2;
  using O = RectangleOptions;
  using fields = Fields<&O::width, &O::height>;
};

struct Rectangle : Shape {
  using Options = RectangleOptions;
  Rectangle(const Options& options, int64_t scale) : area_(options.width * options.height * scale) {
    if (area_ < 0) throw ValueError("Rectangle: negative area");
  }
  int64_t area() const override { return area_; }
  int64_t area_;
};

struct Point : Shape {
  Point(NoOptions, int64_t) {}
  int64_t area() const override { return 0; }
};

Registry<Shape, int64_t> shapes() {
  Registry<Shape, int64_t> registry("shape");
  registry.add<Rectangle>("Rectangle");
  registry.add<Point, NoOptions>("Point");
  return registry;
}

ConfigValue described(const std::string& type, int64_t width) {
  ConfigValue value = ConfigValue::make_map();
  value.add("type", ConfigValue::make_string(type));
  value.add("width", ConfigValue::make_integer(width));
  return value;
}

std::string error_of(const ConfigValue& value) {
  try {
    shapes().make(ConfigReader(value, "shapes.0"), 1);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

/// Has an option `out`, and is out of something.
struct Hungry : Shape {
  struct Options {
    int64_t out = 1;
    using fields = Fields<&Options::out>;
  };
  Hungry(const Options& options, int64_t) {
    if (options.out > 4) throw OutOfMemoryError("out of memory");
    if (options.out > 3) throw ValueError("out is too much");
    if (options.out > 2) throw ValueError("out: too many");
    throw ValueError("out must be small");
  }
  int64_t area() const override { return 0; }
};

TEST(Registry, AnErrorIsAboutAnOptionThatItBeginsWith) {
  Registry<Shape, int64_t> registry = shapes();
  registry.add<Hungry>("Hungry");
  const auto error = [&](int64_t out) -> std::string {
    ConfigValue value = ConfigValue::make_map();
    const auto source = std::make_shared<const std::string>("a.yaml");
    value.place = {source, 1, 1};
    value.add("type", ConfigValue::make_string("Hungry"));
    value.add("out", ConfigValue::make_integer(out)).place = {source, 1, 20};
    try {
      registry.make(ConfigReader(value, "shapes.0"), 1);
    } catch (const ConfigError& wrong) {
      return wrong.what();
    }
    return "no error";
  };
  EXPECT_EQ(error(2), "a.yaml:1:20: shapes.0.out must be small");
  EXPECT_EQ(error(3), "a.yaml:1:20: shapes.0.out: too many");
  EXPECT_EQ(error(4), "a.yaml:1:20: shapes.0.out is too much");
  EXPECT_EQ(error(5), "a.yaml:1:1: shapes.0: out of memory");
}

TEST(Registry, MakesByName) {
  EXPECT_EQ(shapes().make(ConfigReader(described("Rectangle", 3)), 10)->area(), 60);
  EXPECT_EQ(shapes().make(ConfigReader(ConfigValue::make_string("Point")), 10)->area(), 0);
}

TEST(Registry, ResolveFillsDefaultsIn) {
  ConfigValue expected = described("Rectangle", 3);
  expected.add("height", ConfigValue::make_integer(2));
  EXPECT_EQ(shapes().resolve(ConfigReader(described("Rectangle", 3))), expected);
  ConfigValue point = ConfigValue::make_map();
  point.add("type", ConfigValue::make_string("Point"));
  EXPECT_EQ(shapes().resolve(ConfigReader(ConfigValue::make_string("Point"))), point);
}

TEST(Registry, TheLastOfANameCounts) {
  Registry<Shape, int64_t> registry = shapes();
  registry.add<Point, NoOptions>("Rectangle");
  EXPECT_EQ(registry.names(), (std::vector<std::string>{"Rectangle", "Point"}));
  EXPECT_EQ(registry.make(ConfigReader(ConfigValue::make_string("Rectangle")), 1)->area(), 0);
}

TEST(Registry, Errors) {
  EXPECT_EQ(error_of(described("Rectangel", 3)),
            "shapes.0.type: unknown shape \"Rectangel\"; did you mean \"Rectangle\"?");
  EXPECT_EQ(error_of(described("Rectangle", -3)), "shapes.0: Rectangle: negative area");
  EXPECT_EQ(error_of(described("Point", 3)), "unknown key \"width\" in shapes.0");
  EXPECT_EQ(error_of(ConfigValue::make_string("Rectangle")), "missing key \"width\" in shapes.0");
}

}  // namespace
}  // namespace tenon
