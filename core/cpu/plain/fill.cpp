#include "tenon/core/cpu/plain/fill.h"

namespace tenon::inline v0::cpu_level::plain {

void fill(Backend& backend) {
  fill_arrange(backend.arrange);
  fill_index(backend.index);
  fill_sort(backend.sort);
}

}  // namespace tenon::inline v0::cpu_level::plain
