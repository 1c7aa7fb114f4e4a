#pragma once
#include "tenon/core/registry.h"
#include "tenon/nn/loss.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

/// The layers and whole models that a config can name. A program adds its own: `nn::layers().add<Swish>("Swish")`,
/// where Swish has `using Options = ...` with Fields and a constructor that takes them.
Registry<Layer>& layers();
/// The losses that a config can name.
Registry<Loss>& losses();

}  // namespace nn
}  // namespace v0
}  // namespace tenon
