#!/usr/bin/env bash
# No installed header is internal, and every one compiles on its own, with nothing but the installed headers in sight and
# under every warning that a program may have on.
# usage: headers.sh COMPILER INCLUDE_DIR
set -euo pipefail
compiler=$1 include=$2
here=$(cd "$(dirname "$0")" && pwd)
cd "$include"
headers=$(find tenon -name '*.h' | sort)
[ -n "$headers" ] || { echo "no headers in $include"; exit 1; }
internal=$(xargs awk 'FNR == 1 && /^\/\/ Internal/ { print FILENAME }' <<<"$headers")
[ -z "$internal" ] || { echo "internal headers were installed:" $internal; exit 1; }
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Werror"
xargs -P 2 -I{} "$compiler" -std=c++20 $warnings -fsyntax-only -x c++ -I. -include {} /dev/null <<<"$headers"
# Templates warn where they are used.
"$compiler" -std=c++20 $warnings -fsyntax-only -I. "$here/warnings.cpp"
echo "$(wc -l <<<"$headers") headers compile alone"
