#pragma once
#include <string>

#include "tenon/core/io/safetensors.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Writes a NumPy .npy file (format 1.0, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
/// Throws FileError, DTypeError for bfloat16, which NumPy does not have.
void save_npy(const std::string& path, const Array& x);
/// Reads a .npy file, in C or Fortran order, either byte order; a read-only view of the mapped file where it can be
/// one. Object arrays are refused: reading them would run code. Throws FileError, naming the file and what is wrong.
Array load_npy(const std::string& path);
/// Writes a .npz file: a zip of .npy files, not compressed unless asked for. Throws as save_npy does, and ValueError
/// for a name given twice.
void save_npz(const std::string& path, const StateDict& arrays, bool compress = false);
/// Reads a .npz file, in the file's order, names without `.npy`.
StateDict load_npz(const std::string& path);

namespace detail {
/// A .npy file in memory; errors name `what`. The arrays are views of `bytes` where they can be.
Array parse_npy(const Array& bytes, const std::string& what);
std::string npy_header(const Array& x);
}  // namespace detail

}  // namespace v0
}  // namespace tenon
