#!/usr/bin/env bash
# The check of the level objects passes a kernel in its own namespace and finds an inline function that escapes.
set -euo pipefail
check=$1 compiler=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo 'namespace cpu_level::avx2 { int kernel() { return 1; } }' >good.cpp
echo 'inline int escapes() { return 1; } namespace cpu_level::avx2 { auto* kernel() { return &escapes; } }' >bad.cpp
for name in good bad; do "$compiler" -std=c++20 -c $name.cpp -o $name.o; echo "avx2 $dir/$name.o" >$name.list; done
"$check" good.list
if output=$("$check" bad.list); then echo "not found: escapes()"; exit 1; fi
[[ $output == *"bad.o (avx2): "*"escapes()"* ]] || { echo "unexpected: $output"; exit 1; }
if "$check" /dev/null >/dev/null; then echo "an empty list passed"; exit 1; fi
