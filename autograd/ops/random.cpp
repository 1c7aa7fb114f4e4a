#include "tenon/autograd/ops/random.h"

#include "tenon/autograd/record.h"

namespace tenon::inline v0 {

Tensor dropout(const Tensor& x, double p, Generator& generator) {
  return dropout(x, p, dropout_key(x.array(), generator));
}
Tensor dropout(const Tensor& x, double p, const RandomKey& key) {
  return record("dropout", dropout(x.array(), p, key), {x}, keep_nothing,
                [p, key](const Backward& b) { return gradients(dropout(b.dy(), p, key)); });
}

}  // namespace tenon::inline v0
