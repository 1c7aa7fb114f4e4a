#!/usr/bin/env bash
# The layering check finds what is planted, names file and line, and passes what is right.
set -euo pipefail
check=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
mkdir -p core/cpu/loops core/detail core/math autograd nn data examples/kernel
echo '#include "tenon/core/array.h"' >autograd/tensor.h
printf '#pragma once\n#include <vector>\n#include "tenon/core/dtype.h"\n' >core/array.h
printf '#include <thread>\n#include "tenon/core/detail/pool.h"\n' >core/array.cpp
echo '#include <atomic>' >core/detail/pool.h
echo '#include "tenon/tenon.h"' >examples/hello.cpp
printf '#include "kernel.h"\n#include <cuda_runtime.h>\n' >examples/kernel/kernel.cu
printf '#pragma once\n#ifdef __CUDACC__\n#endif\n' >core/math/host_device.h
printf '#ifdef NDEBUG\n#endif\n' >core/array_debug.cpp
"$check" "$root" || { echo "a clean tree was refused"; exit 1; }

# expect <file> <line that is wrong> <what the check says>
expect() {
  mkdir -p "$(dirname "$1")"
  printf '#pragma once\n%s\n' "$2" >"$1"
  if output=$("$check" "$root"); then echo "not found: $2 in $1"; exit 1; fi
  [[ $output == "$1:2: "*"$3"* ]] || { echo "expected '$1:2: ...$3', got: $output"; exit 1; }
  rm "$1"
}
expect core/bad.h '#include "tenon/autograd/tensor.h"' 'core may not see autograd'
expect data/bad.cpp '  #  include "tenon/autograd/tensor.h"' 'data may not see autograd'
expect nn/bad.cpp '#include "tenon/optim/sgd.h"' 'nn may not see optim'
expect core/bad.cpp '#include "tenon/train.h"' 'core may not see train'
expect nn/bad.cpp '#include "tenon/tenon.h"' 'a layer names what it uses'
expect core/bad.h '#include <iostream>' '<iostream> in a public header'
expect core/bad.h '#include <dnnl.hpp>' '<dnnl.hpp> in a public header'
expect core/bad.h '#include "tenon/core/detail/pool.h"' 'internal, in a public header'
expect nn/bad.cpp '#include "tenon/core/detail/pool.h"' 'internal to core'
expect nn/bad.cpp '#include "module.h"' 'write "tenon/<layer>/..."'
expect core/cpu/loops/bad.cpp '#include <algorithm>' 'inline code'
expect core/cuda/bad.cuh '#include "tenon/core/array.h"' "not in a backend's contract"
expect core/cuda/bad.cu '#include "tenon/autograd/tensor.h"' 'core may not see autograd'
expect core/bad.cpp '#include <cuda_runtime.h>' 'CUDA header outside core/cuda'
expect core.h '#include "tenon/nn/linear.h"' 'core may not see nn'
expect core/bad.h '#ifdef __CUDACC__' 'a condition of the preprocessor in a public header'
expect nn/bad.h '# if defined(TENON_CUDA)' 'a condition of the preprocessor in a public header'
echo "layering_test: 17 planted violations found"
