// Rows of attention's scores: how much of one is seen, and where its mask lies. Host and device: a test walks it
// without a GPU.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/kernels/view.h"
#include "tenon/core/math/compute.h"
#include "tenon/core/math/extremum.h"

namespace tenon::inline v0::cuda_backend {

/// The rows of [..., rows, columns].
struct ScoreRows {
  int64_t count, n;     ///< n: columns
  LargeDivider length;  ///< rows of a matrix
  bool causal;

  ScoreRows(const View& scores, bool only_past)
      : count(scores.numel() / scores.shape[scores.ndim - 1]),
        n(scores.shape[scores.ndim - 1]),
        length(scores.shape[scores.ndim - 2]),
        causal(only_past) {}
  /// How many of a row's columns are seen.
  TENON_INLINE int64_t seen(int64_t row) const {
    if (!causal) return n;
    const int64_t past = row - length.quotient(row) * length.divisor() + 1;
    return past < n ? past : n;
  }
};

/// A mask of the shape of the scores, or none.
template <class T>
struct ScoreMask {
  using C = typename math::Compute<T>::type;

  const bool* visible = nullptr;
  const T* added = nullptr;
  LoopAxes<1> rows;

  explicit ScoreMask(const View& mask) {
    if (!mask.data) return;
    if (mask.dtype == DType::bool_) {
      visible = mask.as<const bool>();
    } else {
      added = mask.as<const T>();
    }
    for (int i = mask.ndim - 2; i >= 0; --i) rows.add(mask.shape[i], mask.strides[i]);
  }

  struct Row {
    const bool* visible;
    const T* added;
    TENON_INLINE C operator()(C score, int64_t i) const {
      if (added) score += math::load(added[i]);
      if (visible && !visible[i]) score = math::lowest<C>();
      return score;
    }
  };
  TENON_INLINE Row row(int64_t r) const {
    const int64_t at = visible || added ? rows.offset(r) : 0;
    return {visible ? visible + at : nullptr, added ? added + at : nullptr};
  }
};

}  // namespace tenon::inline v0::cuda_backend
