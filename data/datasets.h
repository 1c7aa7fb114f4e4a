#pragma once
#include "tenon/core/registry.h"
#include "tenon/data/dataset.h"
#include "tenon/data/sets/csv.h"
#include "tenon/data/sets/idx.h"
#include "tenon/data/sets/image_folder.h"
#include "tenon/data/sets/text.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

/// The data sets that a config can name: `{type: csv, path: houses.csv, target: price}`. A program adds its own.
Registry<Dataset>& datasets();

}  // namespace data
}  // namespace v0
}  // namespace tenon
