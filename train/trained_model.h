#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/data/sets/csv.h"
#include "tenon/nn/models/generate.h"
#include "tenon/nn/module.h"
#include "tenon/train/config/train_config.h"
#include "tenon/train/metrics.h"
#include "tenon/train/pipeline.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// Which of a run's weights: those of the epoch that was judged best, or the last.
enum class Weights { best, last };

/// A class and how likely it is.
struct ClassProbability {
  int64_t index = 0;
  std::string name;  ///< the index as a text where classes have no names
  double probability = 0;
};

/// What a run has left behind: a model with its weights, and the way of an input to it. In evaluation mode. The run's
/// settings of the whole process, threads and determinism, are left to the program.
class TrainedModel {
 public:
  /// Throws FileError if there is no such run or it has no weights yet. Without best weights, those of a run that was
  /// stopped in its first epoch, it takes the last.
  static TrainedModel open(const std::string& directory, Weights weights = Weights::best);

  const TrainConfig& config() const { return config_; }
  /// Where it computes: the run's device, or the CPU where that is a GPU and there is none.
  Device device() const { return device_; }
  Task task() const;
  /// The file of the weights.
  const std::string& weights() const { return weights_; }

  /// How good it is on its config's test set, or the training set where there is none.
  Metrics evaluate();
  /// The model's outputs for inputs as the data set holds them, behind the pipeline: [N, ...], in float32 whatever the
  /// precision is.
  Array outputs(const Array& input);
  /// An image file, read and scaled to what the model was trained on. Throws FileError, ValueError for a model that was
  /// not trained on images.
  Array read_image(const std::string& path) const;
  /// The features that the model was trained on, of every row of a CSV file that has them among its columns. A value
  /// that is missing is nan where the training left such rows out, else a FileError. Throws FileError, ValueError for a
  /// column that is not there and for a model that was not trained on a table.
  data::Features read_table(const std::string& path) const;
  /// The classes of one input, the likeliest first. Throws ValueError for a regression.
  std::vector<ClassProbability> classify(const Array& input);
  /// Continues a text (see nn::generate, whose `context` is at most the run's): what comes behind the prompt, a
  /// character at a time, which `write` gets as soon as it is known. A prompt of nothing stands for the beginning of a
  /// line. The same seed gives the same text. Throws ValueError for a model that was not trained on a text, and for a
  /// prompt with a character that this text did not have.
  std::string generate(std::string_view prompt, nn::GenerateOptions options = {}, uint64_t seed = 0,
                       const std::function<void(std::string_view)>& write = {});

 private:
  TrainedModel(TrainConfig config, std::string weights);

  TrainConfig config_;
  std::string weights_;
  Device device_;
  DType precision_;
  std::unique_ptr<nn::Layer> model_;
  Pipeline pipeline_;
};

}  // namespace train
}  // namespace v0
}  // namespace tenon
