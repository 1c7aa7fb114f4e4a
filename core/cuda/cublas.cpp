#include "tenon/core/cuda/cublas.h"

#include <new>
#include <unordered_map>

#include <cublasLt.h>

#include "tenon/core/cuda/aligned_workspace.h"
#include "tenon/core/cuda/cuda.h"
#include "tenon/core/cuda/key.h"
#include "tenon/core/cuda/per_thread.h"
#include "tenon/core/cuda/timing.h"

namespace tenon::inline v0::cuda_backend {

namespace {

// Room for sums that several blocks share; what NVIDIA advises for its newest devices.
constexpr size_t most_workspace = size_t{32} << 20;
// Pointers are told apart by alignment up to this.
constexpr int64_t full_alignment = 256;
constexpr int most_algorithms = 8;

Status status_of(cublasStatus_t status) {
  if (status != CUBLAS_STATUS_SUCCESS) cudaGetLastError();  // the next launch must not find it again
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return {};
    case CUBLAS_STATUS_ALLOC_FAILED:
      return {StatusCode::out_of_memory, "cuBLASLt: no memory"};
    case CUBLAS_STATUS_NOT_SUPPORTED:
    case CUBLAS_STATUS_ARCH_MISMATCH:
    case CUBLAS_STATUS_INVALID_VALUE:
      return {StatusCode::unsupported, "cuBLASLt: no algorithm for this product"};
    default:
      return {StatusCode::library, cublasLtGetStatusString(status)};
  }
}

/// What a dtype is called, and what its sums and factors are.
struct Types {
  cudaDataType data, scale;
  cublasComputeType_t compute;

  Types(DType dtype, bool tf32) {
    data = dtype == float64 ? CUDA_R_64F : dtype == float32 ? CUDA_R_32F : dtype == float16 ? CUDA_R_16F : CUDA_R_16BF;
    scale = dtype == float64 ? CUDA_R_64F : CUDA_R_32F;
    compute = dtype == float64           ? CUBLAS_COMPUTE_64F
              : dtype == float32 && tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32
                                         : CUBLAS_COMPUTE_32F;
  }
};

/// A factor that is read on the host.
struct Factor {
  double as_double;
  float as_float;
  const void* of(const Types& types) const {
    if (types.scale == CUDA_R_64F) return &as_double;
    return &as_float;
  }
};
constexpr Factor zero{0, 0}, one{1, 1};

/// How a product of certain sizes is made. cuBLASLt counts in columns first: it sees our row-major matrices transposed,
/// and computes out^T = w^T a^T.
struct Plan {
  cublasLtMatmulDescOpaque_t op{};
  cublasLtMatrixLayoutOpaque_t w{}, a{}, out{};
  cublasLtMatmulAlgo_t algo{};
  size_t workspace = 0;
  bool found = false, adds_bias = false;
  Status failure{StatusCode::unsupported, "cuBLASLt: no algorithm for this product"};  ///< why none was found
};

/// What cuBLASLt answers to a series of questions: the first that failed.
class Answers {
 public:
  Answers& operator<<(cublasStatus_t status) {
    if (status_ == CUBLAS_STATUS_SUCCESS) status_ = status;
    return *this;
  }
  bool ok() const { return status_ == CUBLAS_STATUS_SUCCESS; }

 private:
  cublasStatus_t status_ = CUBLAS_STATUS_SUCCESS;
};

template <class T>
cublasStatus_t set(cublasLtMatmulDescOpaque_t& op, cublasLtMatmulDescAttributes_t name, const T& value) {
  return cublasLtMatmulDescSetAttribute(&op, name, &value, sizeof value);
}
template <class T>
cublasStatus_t set(cublasLtMatrixLayoutOpaque_t& layout, cublasLtMatrixLayoutAttribute_t name, const T& value) {
  return cublasLtMatrixLayoutSetAttribute(&layout, name, &value, sizeof value);
}
template <class T>
cublasStatus_t set(cublasLtMatmulPreferenceOpaque_t& pref, cublasLtMatmulPreferenceAttributes_t name, const T& value) {
  return cublasLtMatmulPreferenceSetAttribute(&pref, name, &value, sizeof value);
}

cublasStatus_t describe(cublasLtMatrixLayoutOpaque_t& layout, const ProductOperand& x, const Types& types) {
  const int64_t rows = x.by_rows() ? x.columns : x.rows, columns = x.by_rows() ? x.rows : x.columns;
  Answers answers;
  answers << cublasLtMatrixLayoutInit(&layout, types.data, static_cast<uint64_t>(rows), static_cast<uint64_t>(columns),
                                      x.leading());
  if (answers.ok() && x.batch > 1) {
    answers << set(layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, static_cast<int32_t>(x.batch))
            << set(layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, x.s_batch);
  }
  return answers.ok() ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

/// A thread's handle and plans of a device.
struct Lt {
  cublasLtHandle_t handle = nullptr;
  std::unordered_map<Key, Plan, Key::Hash> plans;
};

Status run(const Lt& lt, Plan& plan, const cublasLtMatmulAlgo_t& algo, const Product& p, const void* bias,
           void* workspace, size_t bytes, const Launch& launch) {
  const Types types(p.out.dtype, launch.is(Launch::tf32));
  if (plan.adds_bias) {
    const cublasStatus_t status = set(plan.op, CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
    if (status != CUBLAS_STATUS_SUCCESS) return status_of(status);
  }
  return status_of(cublasLtMatmul(lt.handle, &plan.op, one.of(types), p.w.data, &plan.w, p.a.data, &plan.a,
                                  zero.of(types), p.out.data, &plan.out, p.out.data, &plan.out, &algo, workspace, bytes,
                                  stream_of(launch)));
}

/// Looks for an algorithm, with the bias or without it.
void find(const Lt& lt, Plan& plan, const Product& p, const void* bias, const Launch& launch) {
  const Types types(p.out.dtype, launch.is(Launch::tf32));
  plan = {};
  Answers answers;
  answers << cublasLtMatmulDescInit(&plan.op, types.compute, types.scale) << describe(plan.w, p.w, types)
          << describe(plan.a, p.a, types) << describe(plan.out, p.out, types);
  const int32_t plain = CUBLAS_OP_N, transposed = CUBLAS_OP_T;
  if (answers.ok()) {
    answers << set(plan.op, CUBLASLT_MATMUL_DESC_TRANSA, p.w.by_rows() ? plain : transposed)
            << set(plan.op, CUBLASLT_MATMUL_DESC_TRANSB, p.a.by_rows() ? plain : transposed);
  }
  if (answers.ok() && bias) {
    answers << set(plan.op, CUBLASLT_MATMUL_DESC_EPILOGUE, static_cast<uint32_t>(CUBLASLT_EPILOGUE_BIAS))
            << set(plan.op, CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
  }
  cublasLtMatmulPreferenceOpaque_t preference{};
  answers << cublasLtMatmulPreferenceInit(&preference);
  if (!answers.ok()) return;
  const auto alignment = [](const void* data) { return static_cast<uint32_t>(alignment_of(full_alignment, data)); };
  // Partial sums stay in what sums are kept in.
  const uint32_t schemes =
      size_of(p.out.dtype) == 2 ? CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE : CUBLASLT_REDUCTION_SCHEME_MASK;
  answers << set(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, static_cast<uint64_t>(most_workspace))
          << set(preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, schemes)
          << set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, alignment(p.w.data))
          << set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, alignment(p.a.data))
          << set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, alignment(p.out.data))
          << set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, alignment(p.out.data));
  if (!answers.ok()) return;
  // Which algorithm is fastest may differ from run to run: no measuring where that must not show.
  const bool measure = launch.is(Launch::benchmark) && !launch.is(Launch::deterministic);
  cublasLtMatmulHeuristicResult_t results[most_algorithms];
  int count = 0;
  const cublasStatus_t status =
      cublasLtMatmulAlgoGetHeuristic(lt.handle, &plan.op, &plan.w, &plan.a, &plan.out, &plan.out, &preference,
                                     measure ? most_algorithms : 1, results, &count);
  if (status != CUBLAS_STATUS_SUCCESS) {
    plan.failure = status_of(status);
    return;
  }
  plan.adds_bias = bias;
  float least = -1;
  for (int k = 0; k < count; ++k) {
    const auto& result = results[k];
    if (result.state != CUBLAS_STATUS_SUCCESS) continue;
    if (measure) {
      const AlignedWorkspace memory(launch, result.workspaceSize);
      const float time = !memory.ok() ? -1 : milliseconds(stream_of(launch), [&] {
        return run(lt, plan, result.algo, p, bias, memory.as(), result.workspaceSize, launch);
      });
      if (time < 0 || (least >= 0 && time >= least)) continue;
      least = time;
    } else if (plan.found) {
      continue;
    }
    plan.algo = result.algo;
    plan.workspace = result.workspaceSize;
    plan.found = true;
  }
}

Plan& plan_of(Lt& lt, const Product& p, const void* bias, const Launch& launch) {
  const auto alignment = [](const void* data) { return alignment_of(full_alignment, data); };
  const Key key{static_cast<int64_t>(p.out.dtype),
                static_cast<int64_t>(launch.flags),
                p.out.batch,
                p.m(),
                p.n(),
                p.depth(),
                p.out.s_batch,
                p.out.leading(),
                p.a.s_batch,
                p.a.leading(),
                p.a.by_rows(),
                p.w.s_batch,
                p.w.leading(),
                p.w.by_rows(),
                alignment(p.out.data),
                alignment(p.a.data),
                alignment(p.w.data),
                bias ? alignment(bias) : 0};
  // What failed for another reason than the product is asked again.
  if (const auto found = lt.plans.find(key);
      found != lt.plans.end() && (found->second.found || found->second.failure.code == StatusCode::unsupported)) {
    return found->second;
  }
  constexpr size_t most_plans = 4096;
  if (lt.plans.size() >= most_plans) lt.plans.clear();
  Plan& plan = lt.plans[key];
  find(lt, plan, p, bias, launch);
  if (!plan.found && bias) find(lt, plan, p, nullptr, launch);
  return plan;
}

Status multiply(const Product& p, const void* bias, const Launch& launch, bool& bias_added) {
  Lt& lt = of_thread<Lt>(launch.device);
  if (!lt.handle) {
    const cublasStatus_t status = cublasLtCreate(&lt.handle);
    if (status != CUBLAS_STATUS_SUCCESS) {
      lt.handle = nullptr;
      const Status why = status_of(status);
      return {why.code == StatusCode::unsupported ? StatusCode::library : why.code, cublasLtGetStatusString(status)};
    }
  }
  Plan& plan = plan_of(lt, p, bias, launch);
  if (!plan.found) return plan.failure;
  const AlignedWorkspace memory(launch, plan.workspace);
  if (!memory.ok()) return no_memory;
  bias_added = plan.adds_bias;
  const Status status = run(lt, plan, plan.algo, p, bias, memory.as(), plan.workspace, launch);
  if (status.code == StatusCode::unsupported) {
    plan.found = false;
    plan.failure = status;
  }
  return status;
}

}  // namespace

Status by_cublas(const Product& p, const void* bias, const Launch& launch, bool& bias_added) try {
  return of_library(multiply(p, bias, launch, bias_added), launch);
} catch (const std::bad_alloc&) {
  return {StatusCode::out_of_memory, "no host memory is left"};
}

}  // namespace tenon::inline v0::cuda_backend
