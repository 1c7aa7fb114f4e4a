#pragma once
#include <string>
#include <vector>

#include "tenon/train/config/train_config.h"
#include "tenon/train/trainer.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

struct RunResult {
  std::string directory;  ///< where everything is
  TrainResult training;
  int signal = 0;  ///< the signal (SIGINT, SIGTERM) that ended it early; 0 if none did
};

/// Trains what a YAML file describes, and shows on standard output how far it is. `overrides` are what --set takes:
/// `optimizer.lr=0.01`.
///
/// `directory`, by default the first of `runs/<name of the config>-001`, `-002` and so on that is not there, gets
/// config.yaml (with every default, and each data::Path absolute), metrics.csv, best.safetensors and last.safetensors,
/// and class_names.txt. Ctrl-C ends the run with the last weights saved. Throws ConfigError and FileError before
/// anything is written, ValueError where the loss is no longer finite.
RunResult run(const std::string& config, const std::string& directory = "",
              const std::vector<std::string>& overrides = {});
/// Likewise, of a config that was read already or made otherwise. The run is called `name`, by default like its
/// directory; one of them has to be given.
RunResult run(TrainConfig config, const std::string& directory, const std::string& name = "");

}  // namespace train
}  // namespace v0
}  // namespace tenon
