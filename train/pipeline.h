#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tenon/train/transforms.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// Transforms in order: from the `input` of a data set's samples to what the model sees. An Error in one that a config
/// lists is thrown with its place there.
class Pipeline {
 public:
  struct Step {
    std::shared_ptr<const Transform> transform;
    std::string where;  ///< what errors begin with
    std::string name;

    Array apply(const Array& x, data::Draw* draw) const;
    Array apply_batch(const Array& batch, std::span<data::Draw> draws) const;
  };

  Pipeline() = default;
  /// Makes the transforms that a config lists; errors call the list `path`. Throws ConfigError.
  Pipeline(const std::vector<ConfigValue>& steps, const std::string& path);
  /// Likewise, and whatever a transform learns is learnt from `training`, the data set in front of the pipeline.
  static Pipeline fit(const std::vector<ConfigValue>& steps, const std::string& path, const data::DatasetPtr& training);

  void push(std::shared_ptr<const Transform> transform) { steps_.push_back({std::move(transform), "", ""}); }

  /// The data set behind the pipeline. Transforms that take batches, and none behind them that does not, cost one call
  /// a batch. Where the set is kept on a device, all transforms run there, on whole batches, which are bit for bit
  /// those of the CPU. Throws what check_runs_on throws.
  data::DatasetPtr apply(const data::DatasetPtr& set, bool training) const;
  /// Throws ConfigError for a device on which not all transforms run, naming the first that does not.
  void check_runs_on(Device device) const;
  /// One input, as in evaluation.
  Array apply(Array input) const;

  /// What the config says, with every default and everything learnt.
  const std::vector<ConfigValue>& resolved() const { return resolved_; }

 private:
  std::vector<Step> steps_;
  std::vector<ConfigValue> resolved_;
};

}  // namespace train
}  // namespace v0
}  // namespace tenon
