#pragma once
#include <string>
#include <utility>
#include <vector>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Arrays under names, in order: the weights of a model, the state of an optimizer.
using StateDict = std::vector<std::pair<std::string, Array>>;
/// Texts under names that travel with a file.
using Metadata = std::vector<std::pair<std::string, std::string>>;

/// Writes a safetensors file (https://github.com/huggingface/safetensors), replacing `path` only when all of it is on
/// the disk. Throws FileError, ValueError for a name that is empty, reserved or given twice, or a text that is not
/// UTF-8.
void save(const std::string& path, const StateDict& state, const Metadata& metadata = {});
/// Reads a safetensors file. The arrays are read-only views of the mapped file; they come in the file's order. Throws
/// FileError, naming the file and what is wrong with it.
StateDict load(const std::string& path);
/// The texts in a safetensors file.
Metadata load_metadata(const std::string& path);

}  // namespace v0
}  // namespace tenon
