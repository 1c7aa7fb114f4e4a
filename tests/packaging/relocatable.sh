#!/usr/bin/env bash
# What is installed needs nothing of the clone that it was built in.
# usage: relocatable.sh PREFIX CLONE
set -euo pipefail
prefix=$1 clone=$(realpath "$2")
library=$(find "$prefix" -name libtenon.so)
for file in "$library" "$prefix/bin/tenon"; do
  loaded=$(ldd "$file")
  ! grep -q 'not found' <<<"$loaded" || { echo "$file: $loaded"; exit 1; }
  while read -r path; do
    path=$(realpath "$path")
    [[ $path != "$clone"/* || $path == "$(realpath "$prefix")"/* ]] || { echo "$file loads $path"; exit 1; }
  done < <(awk '$2 == "=>" { print $3 }' <<<"$loaded")
done
! grep -rlF "$clone" "$prefix" --include='*.cmake' --include='*.pc' || exit 1
echo "the package stands alone"
