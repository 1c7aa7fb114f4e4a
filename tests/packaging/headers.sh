#!/usr/bin/env bash
# No installed header is internal, and every one compiles on its own, with nothing but the installed headers in sight.
# usage: headers.sh COMPILER INCLUDE_DIR
set -euo pipefail
compiler=$1 include=$2
cd "$include"
headers=$(find tenon -name '*.h' | sort)
[ -n "$headers" ] || { echo "no headers in $include"; exit 1; }
internal=$(xargs awk 'FNR == 1 && /^\/\/ Internal/ { print FILENAME }' <<<"$headers")
[ -z "$internal" ] || { echo "internal headers were installed:" $internal; exit 1; }
xargs -P 2 -I{} "$compiler" -std=c++20 -Wall -Wextra -Werror -fsyntax-only -x c++ -I. -include {} /dev/null <<<"$headers"
echo "$(wc -l <<<"$headers") headers compile alone"
