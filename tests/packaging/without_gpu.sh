#!/usr/bin/env bash
# Neither the library nor the tool needs anything of CUDA to start; without a GPU the tool says why there is none, and
# trains on the CPU.
# usage: without_gpu.sh PREFIX CONFIG
set -euo pipefail
prefix=$1 config=$2
for file in "$(find "$prefix" -name libtenon.so)" "$prefix/bin/tenon"; do
  ! readelf -d "$file" | grep -E 'NEEDED.*lib(cu|nv)' || { echo "$file is linked against CUDA"; exit 1; }
done
info=$("$prefix/bin/tenon" info)
if ! grep -q '^device  *cuda:0' <<<"$info"; then
  grep -E '^no device  +.{20,}' <<<"$info" || { echo "no reason: $info"; exit 1; }
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$prefix/bin/tenon" train "$config" --set epochs=1 --out "$out/run" >/dev/null
echo "trains without a GPU"
