// What a stranger's first program looks like.
#include <cstdio>

#include <tenon/tenon.h>

int main() {
  const tenon::Tensor x = tenon::ones({2, 3});
  const float total = tenon::sum(x + 1).item<float>();
  std::printf("hello, %g\n", total);
  return total == 12 ? 0 : 1;
}
