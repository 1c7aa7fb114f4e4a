// The command-line tool.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>

#include "tenon/apps/commands.h"
#include "tenon/core/nearest.h"

namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;

/// An error is one line, whatever its text, behind all that was printed before it.
int report(const std::string& what, int code) {
  std::fflush(stdout);
  std::string line;
  for (char c : what) {
    const bool space = c == '\n' || c == ' ';
    if (!space || (!line.empty() && line.back() != ' ')) line += space ? ' ' : c;
  }
  std::fprintf(stderr, "tenon: %s\n", line.c_str());
  return code;
}

/// The exit code of a command that is done, unless what it printed did not arrive.
int finish(int code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return code;
  const std::string reason = errno ? std::strerror(errno) : "an earlier line could not be written";
  return report("the standard output is incomplete: " + reason, failed);
}

/// A stream that the caller closed is opened on nothing: the next file would get its number, and what is printed.
void open_standard_streams() {
  for (int stream = 0; stream <= 2; ++stream) {
    if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", O_RDWR) == -1) std::exit(failed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  CLI::App app("Trains neural networks from YAML files.", "tenon");
  app.set_version_flag("--version", "tenon " TENON_VERSION);
  app.require_subcommand(1);
  app.footer("Example: tenon train configs/fashion_mnist.yaml --set epochs=3 --out runs/first");

  tools::TrainArguments train;
  auto* train_command = app.add_subcommand("train", "Train what a config describes");
  train_command->add_option("config", train.config, "YAML file")->required()->type_name("CONFIG");
  train_command
      ->add_option("--set", train.overrides, "Override a setting of the config, as optimizer.lr=0.01; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  train_command->add_option("--out", train.out, "Directory of the run (default: runs/<config>-001, -002, ...)")
      ->type_name("DIR");

  tools::EvaluateArguments evaluate;
  auto* evaluate_command = app.add_subcommand("evaluate", "Print how good a trained model is on its test set");
  evaluate_command->add_option("run", evaluate.run, "Directory of a run")->required()->type_name("RUN");
  evaluate_command->add_flag("--last", evaluate.last, "Take the last weights, not the best");

  tools::PredictArguments predict;
  auto* predict_command =
      app.add_subcommand("predict",
                         "Print, a line each, the classes of images, likeliest first and with their probabilities, or "
                         "the numbers of a table's rows; columns stand two spaces or more apart");
  predict_command->add_option("run", predict.run, "Directory of a run")->required()->type_name("RUN");
  predict_command->add_option("file", predict.files, "PNG, JPEG or CSV files")->required()->type_name("FILE");
  predict_command->add_option("--top", predict.top, "How many classes to print")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  predict_command->add_flag("--last", predict.last, "Take the last weights, not the best");

  tools::GenerateArguments generate;
  auto* generate_command = app.add_subcommand("generate", "Continue a text with a model that was trained on one");
  generate_command->add_option("run", generate.run, "Directory of a run")->required()->type_name("RUN");
  generate_command->add_option("--prompt", generate.prompt, "What the text begins with (default: a new line)")
      ->type_name("TEXT");
  generate_command->add_option("--length", generate.length, "How many characters")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000'000));
  generate_command
      ->add_option("--temperature", generate.temperature,
                   "Below 1 likely characters become likelier; 0 takes the likeliest")
      ->capture_default_str();
  generate_command->add_option("--top-k", generate.top_k, "Draw from the so many likeliest only; 0: from all")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000'000));
  generate_command->add_option("--seed", generate.seed, "The same seed gives the same text")->capture_default_str();
  generate_command->add_flag("--last", generate.last, "Take the last weights, not the best");

  auto* info_command = app.add_subcommand("info", "Print versions, instruction set, threads and devices");

  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  const std::string first = argc > 1 ? argv[1] : "train";
  if (!first.starts_with('-') && std::find(commands.begin(), commands.end(), first) == commands.end()) {
    return report("unknown command \"" + first + "\"" + tenon::suggestion(first, commands), wrong_usage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return report(std::string(error.what()) + "; see tenon --help", wrong_usage);
  }

  try {
    if (*train_command) return finish(tools::train(train, argv));
    if (*evaluate_command) return finish(tools::evaluate(evaluate));
    if (*predict_command) return finish(tools::predict(predict));
    if (*generate_command) return finish(tools::generate(generate));
    if (*info_command) return finish(tools::info());
  } catch (const std::exception& error) {
    return report(error.what(), failed);
  }
  return wrong_usage;
}
