#pragma once
#include <string>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

/// Reads an IDX file, plain or gzip, as MNIST and its like are distributed (http://yann.lecun.com/exdb/mnist). uint8,
/// int8, int32, float32 and float64 stay what they are, 16-bit integers become int32. Throws FileError, naming the file
/// and the offset of what is wrong; offsets in a gzip file are those of its content.
Array read_idx(const std::string& path);

}  // namespace data
}  // namespace v0
}  // namespace tenon
