// Each config of the repository in a shortened run: it reaches what it reached before, repeats bit for bit, and does
// not depend on the number of threads where determinism is asked for.
#include <string>
#include <vector>

#include "tenon_test_paths.h"
#include <gtest/gtest.h>

#include "tenon/core/determinism.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/run.h"

namespace tenon::train {
namespace {

using testing::TemporaryDirectory;

struct Case {
  const char* name;
  double loss;  ///< of ten steps on the training set; levels of instruction sets differ in the last bits
  std::vector<std::string> overrides = {};  ///< that make it shorter
};

class Configs : public ::testing::TestWithParam<Case> {
 protected:
  Configs() : threads_(num_threads()) {}
  ~Configs() override {
    set_num_threads(threads_);
    set_deterministic(false);
  }

  /// Ten steps; returns the loss over them, and leaves the weights in <name>/last.safetensors.
  double run(const std::string& name, std::vector<std::string> overrides = {}) const {
    overrides.insert(overrides.end(), {"max_steps=10", "data.limit=320", "data.batch_size=32"});
    overrides.insert(overrides.end(), GetParam().overrides.begin(), GetParam().overrides.end());
    const std::string config = std::string(tenon_source_dir) + "/configs/" + GetParam().name + ".yaml";
    const RunResult result = train::run(config, directory_.file(name), overrides);
    return result.training.epochs.at(0).train.loss;
  }
  std::string weights(const std::string& name) const {
    return testing::content_of(directory_.file(name + "/last.safetensors"));
  }

  TemporaryDirectory directory_;

 private:
  int threads_;
};

TEST_P(Configs, ReachesTheCommittedLoss) { EXPECT_NEAR(run("a"), GetParam().loss, 1e-3 * GetParam().loss); }

TEST_P(Configs, RepeatsBitForBit) {
  const double loss = run("a");
  EXPECT_EQ(run("b"), loss);
  EXPECT_EQ(weights("a"), weights("b"));
  // The seed is what makes a difference.
  run("c", {"seed=1"});
  EXPECT_NE(weights("a"), weights("c"));
}

TEST_P(Configs, DoesNotDependOnThreads) {
  for (const char* threads : {"1", "2", "3"}) {
    run(threads, {"deterministic=true", std::string("threads=") + threads});
    EXPECT_EQ(weights(threads), weights("1")) << threads;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Configs,
                         ::testing::Values(Case{"fashion_mnist", 1.62611}, Case{"fashion_mnist_mlp", 1.56421},
                                           Case{"gpt", 4.577, {"data.train.context=32"}},
                                           Case{"linear_regression", 14480.8}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace tenon::train
