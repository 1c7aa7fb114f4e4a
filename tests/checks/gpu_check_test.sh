#!/usr/bin/env bash
# gpu-check reports what is planted (a wrong value, a crash, a hang, a run that differs), goes on behind it, and keeps to
# its limits; and it says what is missing where there are no CUDA libraries.
# usage: gpu_check_test.sh SOURCES BUILD
set -uo pipefail
check=$1/scripts/gpu-check build=$2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0
expect() { # file text
  if ! grep -qF -- "$2" "$1"; then
    echo "$(basename "$1") does not say: $2"
    failed=1
  fi
}

"$check" all --build "$build" --device fake --small --planted --case-seconds 4 --jobs 1 --seconds 120 --out "$out" \
  --only '^ops: (random|rounding)|suite: DeviceStreams|configs|host|adam' >"$out/stdout" 2>&1
[ $? = 1 ] || { echo "the exit code of a run with failures is not 1"; failed=1; }
page=$(echo "$out"/gpu-fake-*.md)
for text in "BIsWrong\`: failed" "CCrashes\`: crashed: SIGSEGV" "again alone: crashed: SIGSEGV" "DHangs\`: hung: killed after 4 s" \
  "configs: \`planted\`: differs" "| planted | 2 | 3 |" "| configs | 1 | 1 |" "| suite: DeviceStreams | 4 | 0 |" "| host/add_4x4 |" "| adam/100M |"; do
  expect "$page" "$text"
done
expect "$out/stdout" "4 failures; report: "
[ "$(tail -1 "$out/stdout" | cut -c1-6)" = FAILED ] || { echo "failures are not last on stdout"; failed=1; }
[ "$(wc -c <"$out/stdout")" -lt 8000 ] || { echo "stdout is longer than 8,000 characters"; failed=1; }
[ "$(find "$out" -name 'gpu-*' | wc -l)" -le 6 ] || { echo "more than 6 files"; failed=1; }

"$check" tests --build "$build" --device fake --small --jobs 1 --only '^ops: random' --out "$out/passes" >"$out/stdout" 2>&1
[ $? = 0 ] || { echo "the exit code of a run without failures is not 0"; cat "$out/stdout"; failed=1; }
expect "$out/stdout" "0 failures; report: "

# Libraries of another version are refused by name.
mkdir -p "$out/bundle/bin" "$out/bundle/old"
touch "$out/bundle/old/libcudnn.so.1"
cp "$check" "$out/bundle/gpu-check"
echo '{"needs": {"libcudnn": "1000"}}' >"$out/bundle/manifest.json"
TENON_CUDA_LIBRARIES=$out/bundle/old "$out/bundle/gpu-check" tests --out "$out/refused" >"$out/stdout" 2>&1
[ $? = 2 ] || { echo "the exit code without CUDA's libraries is not 2"; failed=1; }
expect "$out/stdout" "found $out/bundle/old/libcudnn.so.1, but this build needs libcudnn.so.1000"
exit $failed
