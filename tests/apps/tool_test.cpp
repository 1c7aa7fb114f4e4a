#include "tool.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <sys/stat.h>

#include "tenon/core/io/safetensors.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/data/image.h"

namespace tenon::testing {
namespace {

const std::string linear = std::string(tenon_source_dir) + "/configs/linear_regression.yaml";
const std::string fashion = std::string(tenon_source_dir) + "/configs/fashion_mnist_mlp.yaml";
const std::string table = std::string(tenon_source_dir) + "/configs/data/diabetes.csv";
const std::vector<std::string> few = {"--set", "max_steps=2", "--set", "data.limit=64"};

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// What stands in a line between two spaces or more, and where it begins.
struct Cell {
  std::string text;
  size_t column;
};
std::vector<std::vector<Cell>> cells(const std::string& output) {
  std::vector<std::vector<Cell>> lines;
  std::istringstream all(output);
  for (std::string line; std::getline(all, line);) {
    lines.emplace_back();
    for (size_t at = 0; at < line.size();) {
      const size_t end = std::min(line.find("  ", at), line.size());
      lines.back().push_back({line.substr(at, end - at), at});
      at = std::min(line.find_first_not_of(' ', end), line.size());
    }
  }
  return lines;
}

/// It fails with this exit code and this one line.
void expect_failure(const std::vector<std::string>& arguments, int code, const std::string& line) {
  const ToolResult result = run_tool(arguments);
  EXPECT_EQ(result.exit_code, code);
  EXPECT_EQ(result.error, "tenon: " + line + "\n");
}

TEST(Tool, HelpAndVersion) {
  const ToolResult help = run_tool({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* command : {"train", "evaluate", "predict", "generate", "info"}) {
    EXPECT_NE(help.out.find(command), std::string::npos) << command;
  }
  EXPECT_EQ(run_tool({"train", "--help"}).exit_code, 0);
  const ToolResult version = run_tool({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out.substr(0, 6), "tenon ");
}

TEST(Tool, Info) {
  const ToolResult result = run_tool({"info"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.error, "");
  for (const char* name : {"tenon", "oneDNN", "instruction set", "threads", "device           cpu", "cuda"}) {
    EXPECT_NE(result.out.find(name), std::string::npos) << name;
  }
  EXPECT_NE(result.out.find("bfloat16 on cpu  "), std::string::npos) << result.out;
  const ToolResult older = run_tool({"info"}, {.environment = {"ONEDNN_MAX_CPU_ISA=AVX2"}});
  EXPECT_NE(older.out.find("bfloat16 on cpu  in float32, rounded\n"), std::string::npos) << older.out;
  // Nothing is said twice.
  EXPECT_EQ(result.out.find("cuda: no backend"), result.out.npos) << result.out;
  const size_t first = result.out.find("not built");
  EXPECT_EQ(result.out.find("not built", first == result.out.npos ? first : first + 1), result.out.npos) << result.out;
}

// The next file that is opened would get the number of a closed stream, and what is printed with it.
TEST(Tool, AClosedOutputDoesNotGoIntoFiles) {
  const TemporaryDirectory directory;
  const std::string run = directory.file("run");
  const std::string command = "'" + std::string(tenon_tool_path) + "' train '" + linear +
                              "' --set epochs=2 --set threads=1 --out '" + run + "' >&-";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const std::string metrics = content_of(run + "/metrics.csv");
  EXPECT_EQ(std::count(metrics.begin(), metrics.end(), '\n'), 3) << metrics;
  EXPECT_EQ(metrics.find("epoch 1"), metrics.npos) << metrics;
}

TEST(Tool, OutputThatDoesNotArriveIsAnError) {
  const TemporaryDirectory directory;
  const std::string said = directory.file("said");
  const std::string command = "'" + std::string(tenon_tool_path) + "' info >/dev/full 2>'" + said + "'";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
  EXPECT_EQ(content_of(said), "tenon: the standard output is incomplete: No space left on device\n");
}

TEST(Tool, AnUnknownInstructionSetIsSaidAndIgnored) {
  const ToolResult result = run_tool({"info"}, {.environment = {"TENON_ISA=foo"}});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.error, "tenon: TENON_ISA=foo is none of baseline, avx2, avx512: ignored\n");
  EXPECT_EQ(result.out.find("none"), std::string::npos) << result.out;
}

TEST(Tool, WrongUsage) {
  expect_failure({}, 2, "A subcommand is required; see tenon --help");
  expect_failure({"train"}, 2, "config is required; see tenon --help");
  expect_failure({"train", linear, "--sett", "a=b"}, 2,
                 "The following arguments were not expected: a=b --sett; see tenon --help");
}

TEST(Tool, UnknownCommand) {
  expect_failure({"trian", linear}, 2, "unknown command \"trian\"; did you mean \"train\"?");
  expect_failure({"foo", "--help"}, 2, "unknown command \"foo\"; known: train, evaluate, predict, generate, info");
  expect_failure({""}, 2, "unknown command \"\"; known: train, evaluate, predict, generate, info");
}

TEST(Tool, AConfigIsReadOnce) {
  // From a pipe, which gives its text to the first who reads.
  const TemporaryDirectory directory;
  const std::string pipe = directory.file("pipe.yaml"), run = directory.file("run");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::vector<std::string> bound = {"OMP_PROC_BIND", "OMP_NUM_THREADS", "GOMP_CPU_AFFINITY",
                                          "TENON_THREADS_BOUND", "OMP_WAIT_POLICY=passive"};
  const Tool tool({"train", pipe, "--set", "max_steps=1", "--set", "data.train.path=" + table, "--out", run},
                  {.environment = bound});
  std::ofstream(pipe) << content_of(linear);
  const ToolResult result = tool.wait();
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(result.out.substr(0, 5), "pipe:") << result.out;
  EXPECT_TRUE(std::filesystem::exists(run + "/best.safetensors"));
}

TEST(Tool, WrongConfig) {
  expect_failure({"train", "configs/no.yaml"}, 1, "configs/no.yaml: cannot open: No such file or directory");
  expect_failure({"train", linear, "--set", "optimizer.lrr=1"}, 1,
                 "--set optimizer.lrr=1: unknown key \"lrr\" in optimizer; did you mean \"lr\"?");
  expect_failure({"train", linear, "--set", "model.5.out=1"}, 1,
                 "--set model.5.out=1: model is a list: expected an index from 0 to 0, got \"5\"");
  expect_failure({"train", linear, "--set", "model.0.type=Lineal"}, 1,
                 "--set model.0.type=Lineal: model.0.type: unknown layer \"Lineal\"; did you mean \"Linear\"?");
  expect_failure({"train", linear, "--set", "threads=-1"}, 1, "--set threads=-1: threads: expected at least 0, got -1");
}

TEST(Tool, WithoutAGpu) {
  const ToolResult info = run_tool({"info"});
  if (info.out.find("device           cuda:") != info.out.npos) GTEST_SKIP() << "there is one";
  const TemporaryDirectory directory;
  const ToolResult refused = run_tool({"train", linear, "--set", "device=cuda", "--out", directory.file("a")});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(std::count(refused.error.begin(), refused.error.end(), '\n'), 1) << refused.error;
  EXPECT_TRUE(refused.error.starts_with("tenon: ")) << refused.error;
  EXPECT_NE(refused.error.find("cuda"), refused.error.npos) << refused.error;
  EXPECT_TRUE(refused.error.ends_with("; auto takes the CPU where there is no GPU\n")) << refused.error;
  EXPECT_FALSE(std::filesystem::exists(directory.file("a")));
  // What is missing is said here too.
  const ToolResult chosen =
      run_tool({"train", linear, "--set", "device=auto", "--set", "epochs=1", "--out", directory.file("b")});
  EXPECT_EQ(chosen.exit_code, 0) << chosen.error;
  EXPECT_NE(chosen.out.find("device: auto takes the CPU: "), chosen.out.npos) << chosen.out;
  // What was trained on a GPU is used here, on the CPU.
  const std::string path = directory.file("b") + "/config.yaml";
  std::string config = content_of(path);
  const size_t at = config.find("device: auto");
  ASSERT_NE(at, config.npos) << config;
  config.replace(at, 12, "device: cuda");
  std::ofstream(path) << config;
  const ToolResult used = run_tool({"evaluate", directory.file("b")});
  EXPECT_EQ(used.exit_code, 0) << used.error;
  EXPECT_EQ(used.error, "tenon: the run was trained on cuda; there is no GPU here, so the CPU is taken\n");
}

TEST(Tool, EarlierRunsStayIntact) {
  const TemporaryDirectory directory;
  directory.write("weights", "precious");
  expect_failure({"train", linear, "--out", directory.path()}, 1,
                 directory.path() + ": not empty; a run needs a directory of its own");
  EXPECT_EQ(content_of(directory.file("weights")), "precious");
  expect_failure({"train", linear, "--out", directory.file("weights") + "/run"}, 1,
                 directory.file("weights") + ": cannot create: Not a directory");
  EXPECT_EQ(content_of(directory.file("weights")), "precious");
}

TEST(Tool, NumbersTheRuns) {
  const TemporaryDirectory directory;
  for (const char* name : {"001", "002"}) {
    const ToolResult result = run_tool(std::vector<std::string>{"train", fashion} + few, {.from = directory.path()});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_TRUE(std::filesystem::exists(directory.file(std::string("runs/fashion_mnist_mlp-") + name)));
  }
}

TEST(Tool, TrainEvaluatePredict) {
  const TemporaryDirectory directory;
  const std::string run = directory.file("run");
  const ToolResult train = run_tool(std::vector<std::string>{"train", fashion, "--out", run} + few);
  EXPECT_EQ(train.exit_code, 0) << train.error;
  EXPECT_EQ(train.error, "");
  for (const char* name : {"config.yaml", "metrics.csv", "best.safetensors", "last.safetensors", "class_names.txt"}) {
    EXPECT_TRUE(std::filesystem::exists(run + "/" + name)) << name;
  }
  const std::string classes = content_of(run + "/class_names.txt");
  EXPECT_EQ(std::count(classes.begin(), classes.end(), '\n'), 10);

  const ToolResult evaluate = run_tool({"evaluate", run});
  EXPECT_EQ(evaluate.exit_code, 0) << evaluate.error;
  EXPECT_TRUE(evaluate.out.starts_with(run + "/best.safetensors: 64 samples, loss ")) << evaluate.out;

  // Path, class, probability, class, probability: in the same columns on every line.
  const std::string image = directory.file("image.png"), dark = directory.file("a longer name.png");
  data::write_image(image, full({40, 30, 3}, 128, uint8));
  data::write_image(dark, full({28, 28, 3}, 0, uint8));
  const ToolResult predict = run_tool({"predict", run, image, dark, "--top", "2"});
  EXPECT_EQ(predict.exit_code, 0) << predict.error;
  const std::vector<std::vector<Cell>> lines = cells(predict.out);
  ASSERT_EQ(lines.size(), 2u) << predict.out;
  EXPECT_EQ(lines[0].at(0).text, image);
  EXPECT_EQ(lines[1].at(0).text, dark);
  for (const std::vector<Cell>& line : lines) {
    ASSERT_EQ(line.size(), 5u) << predict.out;
    for (size_t i = 0; i < 5; ++i) EXPECT_EQ(line[i].column, lines[0][i].column) << predict.out;
    for (size_t i : {1, 3}) EXPECT_NE(("\n" + classes).find("\n" + line[i].text + "\n"), classes.npos) << line[i].text;
    const double first = std::stod(line[2].text), second = std::stod(line[4].text);
    EXPECT_TRUE(first >= second && second > 0 && first + second <= 1.0001) << predict.out;
  }
  // All of them, for more than there are.
  EXPECT_EQ(cells(run_tool({"predict", run, image, "--top", "99"}).out).at(0).size(), 21u);

  // Of three files the second is not there: the first is done, and there is one line about the second.
  const std::string missing = directory.file("no.png");
  const ToolResult half = run_tool({"predict", run, image, missing, dark, "--top", "1"});
  EXPECT_EQ(half.exit_code, 1);
  EXPECT_EQ(half.error, "tenon: " + missing + ": cannot open: No such file or directory\n");
  const std::vector<std::vector<Cell>> done = cells(half.out);
  ASSERT_EQ(done.size(), 1u) << half.out;
  EXPECT_EQ(done[0].size(), 3u) << half.out;
  EXPECT_EQ(done[0][0].text, image);
}

TEST(Tool, DataAreFoundFromEverywhere) {
  const TemporaryDirectory project, elsewhere;
  std::filesystem::create_directories(project.file("configs"));
  std::filesystem::create_directories(project.file("data"));
  project.write("data/t.csv", "a,y\n1,2\n2,4\n3,6\n");
  const auto config = [&](const std::string& path) {
    return project.write("configs/t.yaml", "data: {train: {type: csv, path: " + path +
                                               ", target: y}}\n"
                                               "model: [{type: Linear, in: 1, out: 1}]\n"
                                               "loss: MSELoss\n"
                                               "optimizer: {type: SGD, lr: 0.01}\n"
                                               "epochs: 1\n");
  };
  const auto expect_run = [&](const std::string& path, const std::string& from) {
    const ToolResult train = run_tool({"train", path, "--out", "run"}, {.from = from});
    EXPECT_EQ(train.exit_code, 0) << train.error;
    const TemporaryDirectory third;
    const ToolResult evaluate = run_tool({"evaluate", from + "/run"}, {.from = third.path()});
    EXPECT_EQ(evaluate.exit_code, 0) << evaluate.error;
    std::filesystem::remove_all(from + "/run");
  };
  // Relative to the config: wherever one is.
  config("../data/t.csv");
  expect_run("configs/t.yaml", project.path());
  expect_run("t.yaml", project.file("configs"));
  expect_run(project.file("configs/t.yaml"), elsewhere.path());
  // Relative to the current directory: there only.
  config("data/t.csv");
  expect_run("configs/t.yaml", project.path());
  const ToolResult lost = run_tool({"train", project.file("configs/t.yaml")}, {.from = elsewhere.path()});
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_EQ(lost.error, "tenon: " + project.file("configs/t.yaml") +
                            ":1:33: data.train.path: there is no data/t.csv in " + project.file("configs") + " or in " +
                            elsewhere.path() + "\n");
}

TEST(Tool, NoRun) {
  const TemporaryDirectory directory;
  expect_failure({"evaluate", directory.path()}, 1, directory.path() + ": not a run: it holds no config.yaml");
  expect_failure({"predict", directory.file("no"), "a.png"}, 1, directory.file("no") + ": no such run");
}

TEST(Tool, ImagesAndLabelsThatDifferInNumber) {
  const TemporaryDirectory directory;
  const std::string images = directory.write("images", std::string("\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\1ab", 18));
  const std::string labels = directory.write("labels", std::string("\0\0\x08\1\0\0\0\1\0", 9));
  const std::string set = "data.train={type: idx, images: " + images + ", labels: " + labels + "}";
  expect_failure({"train", fashion, "--set", set, "--out", directory.file("run")}, 1,
                 "--set " + set + ": data.train: " + images + " has 2 images, but " + labels + " has 1 labels");
  EXPECT_FALSE(std::filesystem::exists(directory.file("run")));
}

TEST(Tool, PredictsTheRowsOfATable) {
  const TemporaryDirectory directory;
  const std::string run = directory.file("run");
  ASSERT_EQ(run_tool({"train", linear, "--out", run}).exit_code, 0);
  const std::string two = directory.write("t.csv",
                                          "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6,progression\n"
                                          "59,2,32.1,101,157,93.2,38,4,4.8598,87,0\n"
                                          "48,1,21.6,87,183,103.2,70,3,3.8918,69,0\n");
  const ToolResult predict = run_tool({"predict", run, two});
  EXPECT_EQ(predict.exit_code, 0) << predict.error;
  const std::vector<std::vector<Cell>> lines = cells(predict.out);
  ASSERT_EQ(lines.size(), 2u) << predict.out;
  // What ordinary least squares gives for these two.
  const double expected[] = {206.1, 68.1};
  for (size_t i : {0, 1}) {
    ASSERT_EQ(lines[i].size(), 3u) << predict.out;
    EXPECT_EQ(lines[i][0].text, two);
    EXPECT_EQ(lines[i][1].text, "row " + std::to_string(i + 1));
    EXPECT_NEAR(std::stod(lines[i][2].text), expected[i], 5);
  }
}

TEST(Tool, PredictionNeedsTheFeaturesAlone) {
  const TemporaryDirectory directory;
  directory.write("t.csv", "a,b,y\n1,2,cat\n2,1,dog\n,3,cat\n");
  const auto train = [&](const std::string& run, const std::string& missing) {
    const std::string config = directory.write(
        "t.yaml", "data: {train: {type: csv, path: t.csv, target: y, features: [b], missing: " + missing +
                      "}}\n"
                      "model: [{type: Linear, in: 1, out: 2}]\n"
                      "loss: CrossEntropyLoss\n"
                      "optimizer: {type: SGD, lr: 0.1}\n");
    const ToolResult result = run_tool({"train", config, "--out", directory.file(run)});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return directory.file(run);
  };
  // Without the target, in another place among the columns, and with the rows' numbers in the file.
  const std::string rows = directory.write("new.csv", "more,b\n?,1\n?,\n?,3\n");
  const ToolResult predict = run_tool({"predict", train("drop", "drop"), rows, "--top", "1"});
  EXPECT_EQ(predict.exit_code, 0) << predict.error;
  const std::vector<std::vector<Cell>> lines = cells(predict.out);
  ASSERT_EQ(lines.size(), 3u) << predict.out;
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(lines[i].at(1).text, "row " + std::to_string(i + 1));
    EXPECT_EQ(lines[i].size(), i == 1 ? 3 : 4) << predict.out;
  }
  EXPECT_EQ(lines[1].at(2).text, "missing: b");
  expect_failure({"predict", train("error", "error"), rows}, 1, rows + ":3:3: column b: the value is missing");
}

TEST(Tool, TheLastWeights) {
  const TemporaryDirectory directory;
  const std::string run = directory.file("run");
  // Steps that are too long: the first epoch is the best.
  const ToolResult train = run_tool(
      {"train", linear, "--out", run, "--set", "epochs=3", "--set", "optimizer.lr=0.3", "--set", "schedule=null"});
  ASSERT_EQ(train.exit_code, 0) << train.error;
  ASSERT_NE(train.out.find("best: epoch 1,"), train.out.npos) << train.out;
  const auto both = [&](const std::vector<std::string>& command) {
    const ToolResult best = run_tool(command), last = run_tool(command + std::vector<std::string>{"--last"});
    EXPECT_EQ(best.exit_code, 0) << best.error;
    EXPECT_EQ(last.exit_code, 0) << last.error;
    EXPECT_NE(best.out, last.out);
    return std::pair(best.out, last.out);
  };
  const auto behind_path = [](const std::string& output) { return output.substr(output.find(": ")); };
  const auto evaluated = both({"evaluate", run}), predicted = both({"predict", run, table});
  EXPECT_TRUE(evaluated.first.starts_with(run + "/best.safetensors: ")) << evaluated.first;
  EXPECT_TRUE(evaluated.second.starts_with(run + "/last.safetensors: ")) << evaluated.second;
  EXPECT_NE(behind_path(evaluated.first), behind_path(evaluated.second));
  // Where the last are put in the place of the best, there is no difference.
  std::filesystem::copy_file(run + "/last.safetensors", run + "/best.safetensors",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(behind_path(run_tool({"evaluate", run}).out), behind_path(evaluated.second));
  EXPECT_EQ(run_tool({"predict", run, table}).out, predicted.second);
}

TEST(Tool, GeneratesText) {
  const TemporaryDirectory directory;
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += "to be or not\n";
  directory.write("t.txt", lines);
  const std::string config = directory.write("t.yaml",
                                             "data: {train: {type: text, path: t.txt, context: 16}, batch_size: 4}\n"
                                             "model: {type: GPT, vocabulary: 8, width: 16, layers: 1, heads: 2}\n"
                                             "loss: CrossEntropyLoss\n"
                                             "optimizer: {type: AdamW, lr: 0.02}\n"
                                             "epochs: 12\nthreads: 1\n");
  const std::string run = directory.file("run");
  const ToolResult train = run_tool({"train", config, "--out", run});
  ASSERT_EQ(train.exit_code, 0) << train.error;
  EXPECT_NE(train.out.find("  bits "), train.out.npos) << train.out;
  EXPECT_NE(run_tool({"evaluate", run}).out.find(", bits "), std::string::npos);

  const auto text = [&](const std::vector<std::string>& options) {
    const ToolResult result = run_tool(std::vector<std::string>{"generate", run} + options);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ(result.error, "");
    return result.out;
  };
  EXPECT_EQ(text({"--prompt", "to be", "--temperature", "0", "--length", "15"}), "to be or not\nto be o\n");
  const std::vector<std::string> wild = {"--temperature", "5", "--length", "60"};
  const std::string seven = text(wild + std::vector<std::string>{"--seed", "7"});
  EXPECT_EQ(seven.size(), 61u);
  EXPECT_EQ(text(wild + std::vector<std::string>{"--seed", "7"}), seven);
  EXPECT_NE(text(wild + std::vector<std::string>{"--seed", "8"}), seven);
  // Of one character nothing is random.
  EXPECT_EQ(text({"--prompt", "to be", "--top-k", "1", "--length", "15"}), "to be or not\nto be o\n");

  expect_failure({"generate", run, "--prompt", "to x"}, 1,
                 "prompt: line 1, character 4: \"x\" (U+0078) is none of the 8 characters of the vocabulary");
  expect_failure({"generate", run, "--temperature", "-1"}, 1,
                 "generate: temperature must be a number of at least 0, got -1");
  expect_failure({"generate", directory.file("no")}, 1, directory.file("no") + ": no such run");
  const std::string other = directory.file("other");
  ASSERT_EQ(run_tool({"train", linear, "--out", other, "--set", "max_steps=2"}).exit_code, 0);
  expect_failure({"generate", other}, 1, "the model was not trained on a text: its data are csv");
}

TEST(Tool, RegressionHasNoClasses) {
  const TemporaryDirectory directory;
  const std::string run = directory.file("run");
  ASSERT_EQ(run_tool({"train", linear, "--out", run, "--set", "max_steps=2"}).exit_code, 0);
  const std::string image = directory.file("image.png");
  data::write_image(image, full({4, 4, 3}, 1, uint8));
  const ToolResult result = run_tool({"predict", run, image});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.error.find("image.png: taken for an image, as its name does not end in .csv, but the model was not"),
            std::string::npos)
      << result.error;
}

TEST(Tool, InterruptSavesTheWeights) {
  const TemporaryDirectory directory;
  const std::string run = directory.file("run");
  const Tool tool({"train", linear, "--out", run, "--set", "epochs=1000000000"});
  ASSERT_TRUE(tool.wait_for("writing to"));
  ::usleep(200'000);
  tool.signal(SIGINT);
  const ToolResult result = tool.wait();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_EQ(result.error, "");
  EXPECT_NE(result.out.find("interrupted; the weights are in " + run + "/last.safetensors\n"), std::string::npos)
      << result.out;
  EXPECT_EQ(load(run + "/last.safetensors").size(), 2u);
}

TEST(Tool, ALossThatIsNotFiniteEndsTheRun) {
  const TemporaryDirectory directory;
  const auto train = [&](const std::string& run, const std::string& epochs) {
    // A batch an epoch, and steps that are too long: it grows until it runs over.
    return run_tool({"train", linear, "--out", run, "--set", "epochs=" + epochs, "--set", "data.limit=32", "--set",
                     "optimizer.lr=10", "--set", "schedule=null"});
  };
  const std::string run = directory.file("run"), shorter = directory.file("shorter");
  const ToolResult result = train(run, "100");
  EXPECT_EQ(result.exit_code, 1);
  int epoch = 0, end = 0;
  std::sscanf(result.error.c_str(),
              "tenon: training stopped in epoch %d, batch 1: the loss is infinite; MSELoss: mse_loss: the result has "
              "inf\n%n",
              &epoch, &end);
  EXPECT_EQ(static_cast<size_t>(end), result.error.size()) << result.error;
  ASSERT_GT(epoch, 2);

  // What was saved before is what a run of so many epochs leaves, and finite.
  EXPECT_EQ(train(shorter, std::to_string(epoch - 1)).exit_code, 0);
  for (const char* name : {"/best.safetensors", "/last.safetensors"}) {
    EXPECT_EQ(content_of(run + name), content_of(shorter + name)) << name;
    for (const auto& [key, value] : load(run + name)) EXPECT_TRUE(all(isfinite(value)).item<bool>()) << key;
  }
  EXPECT_EQ(run_tool({"evaluate", run}).exit_code, 0);
}

TEST(Tool, HugeValuesInATable) {
  const TemporaryDirectory directory;
  const std::string huge = directory.write("huge.csv", "a,b,y\n1e30,2e30,1\n3e30,1e30,2\n");
  const std::string config = directory.write("huge.yaml", "data: {train: {type: csv, path: " + huge +
                                                              ", target: y}}\n"
                                                              "model: [{type: Linear, in: 2, out: 1}]\n"
                                                              "loss: MSELoss\n"
                                                              "optimizer: {type: SGD, lr: 0.1}\n");
  expect_failure({"train", config, "--out", directory.file("run")}, 1,
                 "training stopped in epoch 1, batch 1: the loss is infinite; MSELoss: mse_loss: the result has inf");
  EXPECT_FALSE(std::filesystem::exists(directory.file("run/last.safetensors")));
}

/// What OpenMP says of itself in `tenon train`, which starts itself again to set it, with these variables set.
std::string openmp_settings(const std::vector<std::string>& variables) {
  const TemporaryDirectory directory;
  const std::vector<std::string> untouched = {"OMP_PROC_BIND",          "OMP_NUM_THREADS",   "OMP_WAIT_POLICY",
                                              "GOMP_SPINCOUNT",         "GOMP_CPU_AFFINITY", "TENON_THREADS_BOUND",
                                              "OMP_DISPLAY_ENV=verbose"};
  const ToolResult result = run_tool({"train", linear, "--out", directory.file("run"), "--set", "max_steps=1"},
                                     {.environment = untouched + variables});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  const size_t last = result.error.rfind("DISPLAY ENVIRONMENT BEGIN");
  return last == result.error.npos ? "" : result.error.substr(last);
}

TEST(Tool, ThreadsAreBoundAndSpinBriefly) {
  const auto expect = [](const std::string& settings, const std::string& line) {
    EXPECT_NE(settings.find(line), settings.npos) << line << " in\n" << settings;
  };
  const std::string by_default = openmp_settings({});
  expect(by_default, "OMP_PROC_BIND = 'TRUE'");
  expect(by_default, "GOMP_SPINCOUNT = '10000'");
  // Who sets something decides.
  expect(openmp_settings({"GOMP_SPINCOUNT=5"}), "GOMP_SPINCOUNT = '5'");
  const std::string active = openmp_settings({"OMP_WAIT_POLICY=active"});
  expect(active, "OMP_PROC_BIND = 'TRUE'");
  EXPECT_EQ(active.find("GOMP_SPINCOUNT = '10000'"), active.npos) << active;
  const std::string free = openmp_settings({"OMP_PROC_BIND=false"});
  expect(free, "OMP_PROC_BIND = 'FALSE'");
  expect(free, "GOMP_SPINCOUNT = '300000'");
}

}  // namespace
}  // namespace tenon::testing
