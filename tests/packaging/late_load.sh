#!/usr/bin/env bash
# A program that did not begin as C++, as Python's interpreter, opens libtenon.so while it runs. Thread-local data that is
# reached without a call must then find room among what such a program has left over, so it is little.
# usage: late_load.sh COMPILER LIBRARY OUT
set -euo pipefail
compiler=$1 library=$2 out=$3
mkdir -p "$out"
cat >"$out/late_load.c" <<'C'
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char** arguments) {
  (void)count;
  void* standard = dlopen("libstdc++.so.6", RTLD_NOW);
  // Its thread-local data is given a place now, and cannot move later.
  if (!standard || !dlsym(standard, "_ZSt15__once_callable")) return puts(dlerror()), 1;
  if (!dlopen(arguments[1], RTLD_NOW)) return puts(dlerror()), 1;
  return 0;
}
C
"$compiler" -x c "$out/late_load.c" -o "$out/late_load" -Wl,--as-needed -ldl
! ldd "$out/late_load" | grep -q 'libstdc++' || { echo "the program knows libstdc++ from the start"; exit 1; }
"$out/late_load" "$library"
size=$((16#$(readelf -lW "$library" | awk '$1 == "TLS" { sub("0x", "", $6); print $6 }')))
echo "opened late; $size bytes of thread-local data"
[ "$size" -le 512 ] || { echo "more than 512 bytes"; exit 1; }
