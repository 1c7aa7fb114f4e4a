#!/usr/bin/env bash
# Contiguous elements move 16 bytes at a time: the PTX of each kernel that is made for it has loads, and stores, of so
# many. It is read out of the CUDA backend's objects.
# usage: wide_loads.sh <folder of the objects>
set -euo pipefail
export LC_ALL=C
objects=$1 failed=0
if ! command -v zstd >/dev/null; then echo "no zstd: scripts/setup --dev installs it"; exit 77; fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The PTX of an object: nvcc compresses it with zstd, and the machine code too.
ptx() {
  objcopy -O binary --only-section=.nv_fatbin "$1" "$dir/all"
  local at
  for at in $(grep -obUaP '\x28\xb5\x2f\xfd' "$dir/all" | cut -d: -f1); do
    tail -c +$((at + 1)) "$dir/all" | zstd -dcq >"$dir/one" 2>/dev/null || true  # behind it is something else
    if grep -qam1 '^\.version' "$dir/one"; then cat "$dir/one"; fi
  done
}

# check <family> <kernels, by their mangled names> <how many at least> [stores]
check() {
  ptx "$objects/$1.cu.o" | awk -v family="$1" -v kernels="$2" -v least="$3" -v stores="${4:-}" '
    function end_kernel() {
      if (name == "") return
      ++count
      if (wide_loads && (wide_stores || !stores)) return
      printf "%s: %d loads and %d stores of 16 bytes in %s\n", family, wide_loads, wide_stores, name
      failed = 1
    }
    /\.entry/ {
      end_kernel()
      match($0, /_Z[A-Za-z0-9_]+/)
      name = substr($0, RSTART, RLENGTH)
      if (name !~ kernels) name = ""
      wide_loads = wide_stores = 0
    }
    /ld\.global.*\.(v4\.[bfsu]32|v2\.[bfsu]64)/ { ++wide_loads }
    /st\.global.*\.(v4\.[bfsu]32|v2\.[bfsu]64)/ { ++wide_stores }
    END {
      end_kernel()
      if (count < least) { printf "%s: %d kernels of %s, expected %d\n", family, count, kernels, least; failed = 1 }
      exit failed
    }' || failed=1
}

# Numbers stand for the elements of a pack, and E ends them: of 8, 4 or 2 bytes each. Of each family at least float16,
# bfloat16, float32 and float64.
check arithmetic 'elementwise_kernelILi(2|4|8|16)E' 40 stores
check sum 'reduce_(rows|columns)ILi[248]E.*4math(3Sum|5Norm2)I' 16
check norm 'layer_norm(_grad)?_rowsI.*Li[248]ELi[0-9]+EE' 16 stores
check norm '(ScaleAndShift|ChannelGradientApplied)I.*Li[248]EE' 8 stores
check softmax '_rowsI.*Li[248]ELi[0-9]+EE' 32 stores
check update 'update_kernelI' 12 stores
found=$failed

# Kernels for single elements have none: that is found.
failed=0
check softmax '_rowsI.*Li1ELi[0-9]+EE' 1 >/dev/null
if [ $failed = 0 ]; then echo "narrow loads passed"; exit 1; fi
exit $found
