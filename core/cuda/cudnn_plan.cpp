#include "tenon/core/cuda/cudnn_plan.h"

#include <cstring>

#include "tenon/core/kernels/launch.h"

namespace tenon::inline v0::cuda_backend {

namespace {

constexpr int64_t most_workspace = int64_t{1} << 30;
constexpr int64_t axes = 4, image_axes = 2;

cudnnDataType_t type_of(DType dtype) {
  return dtype == float16    ? CUDNN_DATA_HALF
         : dtype == bfloat16 ? CUDNN_DATA_BFLOAT16
         : dtype == float64  ? CUDNN_DATA_DOUBLE
                             : CUDNN_DATA_FLOAT;
}

/// An array [n, c, h, w] that is stored as n, h, w, c.
Descriptor tensor(ConvArray name, DType dtype, int64_t n, int64_t c, int64_t h, int64_t w, int64_t alignment) {
  const int64_t shape[] = {n, c, h, w}, strides[] = {h * w * c, 1, w * c, c}, id = name;
  Descriptor d(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  d.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, id)
      .set(CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, type_of(dtype))
      .set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, alignment)
      .set(CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, axes, shape)
      .set(CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, axes, strides)
      .finalize();
  return d;
}

Descriptor window(const ConvGeometry& g, DType dtype) {
  Descriptor d(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  d.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, image_axes)
      .set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE,
           dtype == float64 ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT)
      .set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, CUDNN_CROSS_CORRELATION)
      .set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, image_axes, g.padding)
      .set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, image_axes, g.padding)
      .set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, image_axes, g.stride)
      .set(CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, image_axes, g.dilation)
      .finalize();
  return d;
}

/// What the three operations call their parts.
struct Names {
  cudnnBackendDescriptorType_t operation;
  cudnnBackendAttributeName_t x, weight, y, window, alpha, beta;
};
constexpr Names names[] = {
    {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA},
    {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA},
    {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA},
};

Descriptor graph_of(const ConvTarget& target, const ConvSizes& s, int64_t alignment) {
  const Descriptor x = tensor(conv_x, s.dtype, s.n, s.c, s.h, s.w, alignment);
  const Descriptor weight = tensor(conv_weight, s.dtype, s.o, s.in(), s.kh, s.kw, alignment);
  const Descriptor y = tensor(conv_y, s.dtype, s.n, s.o, s.oh, s.ow, alignment);
  const Descriptor moves = window(s.g, s.dtype);
  if (!x.ok() || !weight.ok() || !y.ok() || !moves.ok()) return {};
  const Names& name = names[static_cast<int>(s.kind)];
  const float factors[] = {1, 0};
  const double wide_factors[] = {1, 0};
  Descriptor operation(name.operation);
  operation.set(name.x, x).set(name.weight, weight).set(name.y, y).set(name.window, moves);
  if (s.dtype == float64) {
    operation.set(name.alpha, CUDNN_TYPE_DOUBLE, wide_factors[0]).set(name.beta, CUDNN_TYPE_DOUBLE, wide_factors[1]);
  } else {
    operation.set(name.alpha, CUDNN_TYPE_FLOAT, factors[0]).set(name.beta, CUDNN_TYPE_FLOAT, factors[1]);
  }
  operation.finalize();
  if (!operation.ok()) return {};
  Descriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, operation);
  if (target.handle) graph.set(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, target.handle);
  graph.finalize();
  return graph;
}

/// What cuDNN proposes for a graph.
std::vector<Descriptor> proposals(const ConvTarget& target, const Descriptor& graph, cudnnBackendHeurMode_t mode) {
  Descriptor heuristics(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph)
      .set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, mode);
  if (target.properties) heuristics.set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, *target.properties);
  heuristics.finalize();
  int64_t count = 0;
  if (!heuristics.ok() ||
      cudnnBackendGetAttribute(heuristics.raw(), CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0,
                               &count, nullptr) != CUDNN_STATUS_SUCCESS) {
    return {};
  }
  std::vector<Descriptor> configs;
  std::vector<cudnnBackendDescriptor_t> raw;
  for (int64_t k = 0; k < count; ++k) {
    Descriptor config(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    if (!config.ok()) break;
    raw.push_back(config.raw());
    configs.push_back(std::move(config));
  }
  const int64_t given = heuristics.get(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                       static_cast<int64_t>(raw.size()), raw.data());
  configs.resize(static_cast<size_t>(given));
  return configs;
}

/// Whether what cuDNN notes about the engine of a proposal fits the launch.
bool fits(const Descriptor& config, DType dtype, uint32_t flags) {
  const Descriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  cudnnBackendDescriptor_t raw = engine.raw();
  if (config.get(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &raw) != 1) return false;
  cudnnBackendNumericalNote_t notes[CUDNN_NUMERICAL_NOTE_TYPE_COUNT];
  const int64_t count =
      engine.get(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE, CUDNN_NUMERICAL_NOTE_TYPE_COUNT, notes);
  for (int64_t k = 0; k < count; ++k) {
    switch (notes[k]) {
      case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
      case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
      case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6:  // large tiles lose digits
      case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13:
        return false;
      case CUDNN_NUMERICAL_NOTE_TENSOR_CORE:
        if (dtype == float32 && !(flags & Launch::tf32)) return false;
        break;
      case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
        if (flags & Launch::deterministic) return false;
        break;
      default:
        break;
    }
  }
  return true;
}

ConvPlan plan_of(const ConvTarget& target, const Descriptor& config) {
  ConvPlan made{Descriptor(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR), 0};
  if (target.handle) made.plan.set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, target.handle);
  if (target.properties) made.plan.set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, *target.properties);
  made.plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, config).finalize();
  if (made.plan.get(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1, &made.workspace) != 1) return {};
  return made;
}

}  // namespace

Descriptor device_properties(const char* json) {
  Descriptor d(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  d.set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR, static_cast<int64_t>(std::strlen(json)) + 1, json)
      .finalize();
  return d;
}

std::vector<ConvPlan> conv_plans(const ConvTarget& target, const ConvSizes& sizes, int64_t alignment, uint32_t flags,
                                 int most) {
  std::vector<ConvPlan> plans;
  const Descriptor graph = graph_of(target, sizes, alignment);
  if (!graph.ok()) return plans;
  for (const auto mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK}) {
    for (const Descriptor& config : proposals(target, graph, mode)) {
      if (static_cast<int>(plans.size()) == most) return plans;
      if (!fits(config, sizes.dtype, flags)) continue;
      ConvPlan plan = plan_of(target, config);
      if (plan.plan.ok() && plan.workspace <= most_workspace) plans.push_back(std::move(plan));
    }
  }
  return plans;
}

}  // namespace tenon::inline v0::cuda_backend
