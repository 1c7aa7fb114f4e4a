// A program that wants one layer, and what it stands on.
#include <tenon/nn/nn.h>

int main() {
  const tenon::nn::Linear model(3, 2);
  return model.parameters().size() == 2 ? 0 : 1;
}
