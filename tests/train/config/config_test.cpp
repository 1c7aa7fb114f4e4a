#include <string>

#include <gtest/gtest.h>

#include "tenon/core/config_read.h"
#include "tenon/core/config_write.h"
#include "tenon/train/config/yaml.h"

namespace tenon::train {
namespace {

enum class Reduction { none, mean, sum };

struct OptimizerConfig {
  std::string name = "sgd";
  double learning_rate = 0.1;
  float momentum = 0.9F;
  std::optional<double> clip;
  using O = OptimizerConfig;
  using fields = Fields<&O::name, &O::learning_rate, &O::momentum, &O::clip>;

  void check() const {
    if (learning_rate <= 0) throw ValueError("learning_rate has to be positive");
  }
};

struct LayerConfig {
  Required<Size> in, out;
  Pair kernel = 1;
  using O = LayerConfig;
  using fields = Fields<&O::in, &O::out, &O::kernel>;
};

struct Config {
  Required<std::string> data;
  Size batch_size = 64;
  Count epochs = 10;
  uint8_t level = 0;
  uint64_t seed = 0;
  bool shuffle = true;
  Reduction reduction = Reduction::mean;
  OptimizerConfig optimizer = {};
  std::vector<LayerConfig> layers = {};
  std::vector<std::pair<std::string, double>> weights = {};
  std::vector<std::string> classes = {};
  ConfigValue model = {};
  using O = Config;
  using fields = Fields<&O::data, &O::batch_size, &O::epochs, &O::level, &O::seed, &O::shuffle, &O::reduction,
                        &O::optimizer, &O::layers, &O::weights, &O::classes, &O::model>;
};

Config read(const std::string& yaml) { return from_config<Config>(ConfigReader(parse_yaml(yaml, "a.yaml"))); }

std::string error_of(const std::string& yaml) {
  try {
    read(yaml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Config, ReadsEveryType) {
  const Config c = read(
      "data: mnist\nbatch_size: 32\nepochs: 0\nlevel: 255\nseed: 7\nshuffle: false\nreduction: sum\n"
      "optimizer: {name: adam, learning_rate: 1e-3, momentum: 0, clip: 2}\n"
      "layers:\n  - {in: 1, out: 8, kernel: 3}\n  - {in: 8, out: 4, kernel: [3, 5]}\n"
      "weights: {b: 1.5, a: 2}\nclasses: [cat, \"7\"]\nmodel: [x, {y: 1}]\n");
  EXPECT_EQ(c.data.value, "mnist");
  EXPECT_EQ(c.batch_size, 32);
  EXPECT_EQ(c.epochs, 0);
  EXPECT_EQ(c.level, 255);
  EXPECT_EQ(c.seed, 7U);
  EXPECT_FALSE(c.shuffle);
  EXPECT_EQ(c.reduction, Reduction::sum);
  EXPECT_EQ(c.optimizer.learning_rate, 1e-3);
  EXPECT_EQ(c.optimizer.momentum, 0.F);
  EXPECT_EQ(c.optimizer.clip, 2.0);
  ASSERT_EQ(c.layers.size(), 2U);
  EXPECT_EQ(c.layers[0].kernel, Pair(3, 3));
  EXPECT_EQ(c.layers[1].kernel, Pair(3, 5));
  EXPECT_EQ(c.weights[0].first, "b");
  EXPECT_EQ(c.weights[1].second, 2.0);
  EXPECT_EQ(c.classes, (std::vector<std::string>{"cat", "7"}));
  EXPECT_EQ(c.model.items[1].find("y")->integer, 1);
}

TEST(Config, KeepsDefaultsOfWhatIsNotThere) {
  const Config c = read("data: x\noptimizer:\n");
  EXPECT_EQ(c.batch_size, 64);
  EXPECT_EQ(c.optimizer.name, "sgd");
  EXPECT_FALSE(c.optimizer.clip);
}

TEST(Config, UnknownKeys) {
  EXPECT_EQ(error_of("data: x\noptimizer:\n  learning_rte: 1\n"),
            "a.yaml:3:3: unknown key \"learning_rte\" in optimizer; did you mean \"learning_rate\"?");
  EXPECT_EQ(error_of("data: x\nbatchsize: 1\n"), "a.yaml:2:1: unknown key \"batchsize\"; did you mean \"batch_size\"?");
  EXPECT_EQ(error_of("data: x\nlayers:\n  - {in: 1, out: 2, stride: 3}\n"),
            "a.yaml:3:21: unknown key \"stride\" in layers.0; known: in, out, kernel");
}

TEST(Config, MissingKeys) {
  EXPECT_EQ(error_of("epochs: 1\n"), "a.yaml:1:1: missing key \"data\"");
  EXPECT_EQ(error_of(""), "a.yaml:1:1: missing key \"data\"");
  EXPECT_EQ(error_of("data: x\nlayers:\n  - {in: 1}\n"), "a.yaml:3:5: missing key \"out\" in layers.0");
}

TEST(Config, WrongTypes) {
  EXPECT_EQ(error_of("data: 3\n"), "a.yaml:1:7: data: expected a text, got 3; write \"3\" if the text is meant");
  EXPECT_EQ(error_of("data:\n"), "a.yaml:1:1: data: expected a text, got nothing");
  EXPECT_EQ(error_of("data: x\nepochs: 1.5\n"), "a.yaml:2:9: epochs: expected an integer, got 1.5");
  EXPECT_EQ(error_of("data: x\nepochs: 010\n"), "a.yaml:2:9: epochs: expected an integer, got the text \"010\"");
  EXPECT_EQ(error_of("data: x\nepochs: \"3\"\n"), "a.yaml:2:9: epochs: expected an integer, got the text \"3\"");
  EXPECT_EQ(error_of("data: x\nepochs: 1e3\n"), "a.yaml:2:9: epochs: expected an integer, got 1e3; write 1000");
  EXPECT_EQ(error_of("data: x\nshuffle: yes\n"), "a.yaml:2:10: shuffle: expected true or false, got the text \"yes\"");
  EXPECT_EQ(error_of("data: x\nshuffle: 1\n"), "a.yaml:2:10: shuffle: expected true or false, got 1");
  EXPECT_EQ(error_of("data: x\noptimizer: {learning_rate: fast}\n"),
            "a.yaml:2:28: optimizer.learning_rate: expected a number, got the text \"fast\"");
  EXPECT_EQ(error_of("data: x\noptimizer: {clip: true}\n"), "a.yaml:2:19: optimizer.clip: expected a number, got true");
  EXPECT_EQ(error_of("data: x\noptimizer: adam\n"), "a.yaml:2:12: optimizer: expected a map, got the text \"adam\"");
  EXPECT_EQ(error_of("data: x\nlayers: {a: 1}\n"), "a.yaml:2:9: layers: expected a list, got a map");
  EXPECT_EQ(error_of("data: x\nweights: [1]\n"), "a.yaml:2:10: weights: expected a map, got a list");
  EXPECT_EQ(error_of("- data\n"), "a.yaml:1:1: expected a map, got a list");
  EXPECT_EQ(error_of("data: x\nlayers: [{in: 1, out: 2, kernel: [1, 2, 3]}]\n"),
            "a.yaml:2:34: layers.0.kernel: expected an integer or a list of two, got a list of 3");
  EXPECT_EQ(error_of("data: x\nlayers: [{in: 1, out: 2, kernel: [1, x]}]\n"),
            "a.yaml:2:38: layers.0.kernel.1: expected an integer, got the text \"x\"");
}

TEST(Config, WrongValues) {
  EXPECT_EQ(error_of("data: x\nbatch_size: -3\n"), "a.yaml:2:13: batch_size: expected at least 1, got -3");
  EXPECT_EQ(error_of("data: x\nbatch_size: 0\n"), "a.yaml:2:13: batch_size: expected at least 1, got 0");
  EXPECT_EQ(error_of("data: x\nepochs: -1\n"), "a.yaml:2:9: epochs: expected at least 0, got -1");
  EXPECT_EQ(error_of("data: x\nlayers: [{in: 1, out: -2}]\n"),
            "a.yaml:2:23: layers.0.out: expected at least 1, got -2");
  EXPECT_EQ(error_of("data: x\nlevel: 256\n"), "a.yaml:2:8: level: expected an integer from 0 to 255, got 256");
  EXPECT_EQ(error_of("data: x\nseed: -1\n"), "a.yaml:2:7: seed: expected at least 0, got -1");
  EXPECT_EQ(error_of("data: x\nreduction: men\n"),
            "a.yaml:2:12: reduction: unknown value \"men\"; did you mean \"mean\"?");
  EXPECT_EQ(error_of("data: x\nreduction: average\n"),
            "a.yaml:2:12: reduction: unknown value \"average\"; known: none, mean, sum");
  EXPECT_EQ(error_of("data: x\noptimizer: {momentum: 1e300}\n"),
            "a.yaml:2:23: optimizer.momentum: too large for a float32");
  EXPECT_EQ(error_of("data: x\noptimizer:\n  learning_rate: -1\n"),
            "a.yaml:3:18: optimizer.learning_rate has to be positive");
}

TEST(Config, Tags) {
  const ConfigValue tree =
      parse_yaml("- {type: Conv2d, in: 1, out: 2}\n- Flatten\n- {in: 3}\n- {type: Cnv2d}\n", "a.yaml");
  auto items = ConfigReader(tree, "model").items();
  const std::vector<std::string> names = {"Conv2d", "Flatten"};

  EXPECT_EQ(items[0].take_tag("type").choice(names, "layer"), 0U);
  EXPECT_EQ(from_config<LayerConfig>(items[0]).out.value, 2);

  EXPECT_EQ(items[1].take_tag("type").choice(names, "layer"), 1U);
  EXPECT_EQ(from_config<OptimizerConfig>(items[1]).name, "sgd");

  auto text_of = [](auto&& f) -> std::string {
    try {
      f();
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(text_of([&] { from_config<LayerConfig>(items[1]); }), "a.yaml:2:3: missing key \"in\" in model.1");
  EXPECT_EQ(text_of([&] { items[2].take_tag("type"); }), "a.yaml:3:3: missing key \"type\" in model.2");
  EXPECT_EQ(text_of([&] { items[3].take_tag("type").choice(names, "layer"); }),
            "a.yaml:4:10: model.3.type: unknown layer \"Cnv2d\"; did you mean \"Conv2d\"?");
}

TEST(Config, WritesDefaultsAndReadsThemBack) {
  const Config c =
      read("data: \"3\"\nlayers: [{in: 1, out: 2, kernel: [3, 5]}]\nweights: {b: 0.1}\nmodel: [Flatten]\n");
  const std::string text = to_yaml(to_config(c));
  EXPECT_EQ(text,
            "data: \"3\"\nbatch_size: 64\nepochs: 10\nlevel: 0\nseed: 0\nshuffle: true\nreduction: mean\n"
            "optimizer:\n  name: sgd\n  learning_rate: 0.1\n  momentum: 0.9\n  clip: null\n"
            "layers:\n  - in: 1\n    out: 2\n    kernel: [3, 5]\n"
            "weights:\n  b: 0.1\nclasses: []\nmodel: [Flatten]\n");
  EXPECT_EQ(to_yaml(to_config(read(text))), text);
}

TEST(Config, NumbersSurviveWriting) {
  for (const double number : {0.1, 1e-300, 5e-324, 1.0 / 3, -0.0, 1e15, 123456789.0, 1e22, 1.7976931348623157e308}) {
    const ConfigValue written = parse_yaml(to_yaml(to_config(number)), "w");
    EXPECT_EQ(written.kind, ConfigValue::Kind::real) << written.text;
    EXPECT_EQ(written.real, number) << written.text;
  }
  EXPECT_EQ(to_config(0.1F).text, "0.1");
  EXPECT_EQ(to_config(2.0).text, "2.0");
}

// --set

std::string set_error(const std::string& assignment) {
  ConfigValue root =
      parse_yaml("data: x\noptimizer: {name: sgd}\nlayers: [{in: 1, out: 2}, {in: 2, out: 3}]\n", "a.yaml");
  try {
    set_option(root, assignment);
    from_config<Config>(ConfigReader(root));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(SetOption, ReplacesAndAdds) {
  ConfigValue root = parse_yaml("data: x\nlayers: [{in: 1, out: 2}]\noptimizer:\n", "a.yaml");
  set_option(root, "layers.0.out=64");
  set_option(root, "layers.0.kernel=[3, 5]");
  set_option(root, "optimizer.learning_rate=1e-2");
  set_option(root, "weights={a: 1}");
  set_option(root, "weights.b=2");
  set_option(root, "data=a=b");
  const Config c = from_config<Config>(ConfigReader(root));
  EXPECT_EQ(c.layers[0].out.value, 64);
  EXPECT_EQ(c.layers[0].kernel, Pair(3, 5));
  EXPECT_EQ(c.optimizer.learning_rate, 0.01);
  EXPECT_EQ(c.weights.size(), 2U);
  EXPECT_EQ(c.data.value, "a=b");
}

TEST(SetOption, Errors) {
  EXPECT_EQ(set_error("optimizer.learning_rate=x"),
            "--set optimizer.learning_rate=x: optimizer.learning_rate: expected a number, got the text \"x\"");
  EXPECT_EQ(
      set_error("optimizer.learning_rte=1"),
      "--set optimizer.learning_rte=1: unknown key \"learning_rte\" in optimizer; did you mean \"learning_rate\"?");
  EXPECT_EQ(set_error("optimzer.learning_rate=1"),
            "--set optimzer.learning_rate=1: unknown key \"optimzer\"; did you mean \"optimizer\"?");
  EXPECT_EQ(set_error("layers.2.out=1"),
            "--set layers.2.out=1: layers is a list: expected an index from 0 to 1, got \"2\"");
  EXPECT_EQ(set_error("layers.first.out=1"),
            "--set layers.first.out=1: layers is a list: expected an index from 0 to 1, got \"first\"");
  EXPECT_EQ(set_error("layers.-1.out=1"),
            "--set layers.-1.out=1: layers is a list: expected an index from 0 to 1, got \"-1\"");
  EXPECT_EQ(set_error("data.x=1"), "--set data.x=1: data is the text \"x\", it has no \"x\"");
  EXPECT_EQ(set_error("optimizer.name.x=1"),
            "--set optimizer.name.x=1: optimizer.name is the text \"sgd\", it has no \"x\"");
  EXPECT_EQ(set_error("optimizer"), "--set optimizer: expected key=value");
  EXPECT_EQ(set_error("=1"), "--set =1: the path \"\" has an empty part");
  EXPECT_EQ(set_error("optimizer..name=1"), "--set optimizer..name=1: the path \"optimizer..name\" has an empty part");
  EXPECT_EQ(set_error("batch_size=-1"), "--set batch_size=-1: batch_size: expected at least 1, got -1");
  EXPECT_EQ(set_error("classes=[a"), "--set classes=[a: a key has to be a text; is a bracket left open?");
  EXPECT_EQ(set_error("weights={a: 1, a: 2}"), "--set weights={a: 1, a: 2}: duplicate key \"a\"");
}

}  // namespace
}  // namespace tenon::train
