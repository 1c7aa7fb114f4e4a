#include "tenon/data/detail/collate.h"

#include "tenon/data/dataset.h"

namespace tenon::inline v0::data {

namespace {
constinit thread_local Device batches_for = cpu;
}  // namespace

detail::PinnedBatches::PinnedBatches(Device device) : before_(batches_for) { batches_for = device; }
detail::PinnedBatches::~PinnedBatches() { batches_for = before_; }

Array empty_batch(const Shape& shape, DType dtype) { return empty_pinned(shape, dtype, batches_for); }

}  // namespace tenon::inline v0::data
