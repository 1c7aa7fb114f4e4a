#include "tenon/nn/layers.h"

#include "tenon/nn/activation.h"
#include "tenon/nn/attention.h"
#include "tenon/nn/conv.h"
#include "tenon/nn/dropout.h"
#include "tenon/nn/embedding.h"
#include "tenon/nn/flatten.h"
#include "tenon/nn/linear.h"
#include "tenon/nn/models/gpt.h"
#include "tenon/nn/models/resnet.h"
#include "tenon/nn/norm.h"
#include "tenon/nn/pool.h"
#include "tenon/nn/rnn.h"

namespace tenon::inline v0::nn {

namespace {

Registry<Layer> make_layers() {
  Registry<Layer> registry("layer");
  registry.add<AdaptiveAvgPool2d>("AdaptiveAvgPool2d");
  registry.add<AvgPool2d>("AvgPool2d");
  registry.add<BatchNorm2d>("BatchNorm2d");
  registry.add<Conv2d>("Conv2d");
  registry.add<Dropout>("Dropout");
  registry.add<Embedding>("Embedding");
  registry.add<Flatten>("Flatten");
  registry.add<GELU>("GELU");
  registry.add<GPT>("GPT");
  registry.add<GRU>("GRU");
  registry.add<LSTM>("LSTM");
  registry.add<LayerNorm>("LayerNorm");
  registry.add<Linear>("Linear");
  registry.add<MaxPool2d>("MaxPool2d");
  registry.add<MultiheadAttention>("MultiheadAttention");
  registry.add<ReLU>("ReLU");
  registry.add<ResNet>("ResNet");
  registry.add<Sigmoid>("Sigmoid");
  registry.add<Tanh>("Tanh");
  return registry;
}

Registry<Loss> make_losses() {
  Registry<Loss> registry("loss");
  registry.add<BCEWithLogitsLoss>("BCEWithLogitsLoss");
  registry.add<CrossEntropyLoss>("CrossEntropyLoss");
  registry.add<L1Loss>("L1Loss");
  registry.add<MSELoss>("MSELoss");
  return registry;
}

}  // namespace

Registry<Layer>& layers() {
  static Registry<Layer> registry = make_layers();
  return registry;
}

Registry<Loss>& losses() {
  static Registry<Loss> registry = make_losses();
  return registry;
}

}  // namespace tenon::inline v0::nn
