// The library of plain CUDA: a copy kernel and cuBLASLt called by hand. Each returns null, or what went wrong.
#pragma once
#include <cstddef>
#include <cstdint>

extern "C" {
using PlainCopy = const char*(void* to, const void* from, size_t bytes, void* stream);
using PlainMatmul = const char*(int kind, int64_t n, void* c, const void* a, const void* b, void* stream);
}
