#!/usr/bin/env bash
# The check of a library's symbols finds names of third parties.
# usage: symbols_test.sh CHECK COMPILER
set -euo pipefail
check=$1 compiler=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# verdict SOURCE: what the check says of a library made from it.
verdict() {
  "$compiler" -std=c++20 -O2 -shared -fPIC -x c++ - -o "$folder/lib.so" <<<"$1"
  "$check" "$folder/lib.so" && echo passed || echo failed
}

expect() {
  case "$2" in
    $1) ;;
    *) echo "expected $1, got: $2" >&2; exit 1 ;;
  esac
}

expect "passed" "$(verdict '#include <vector>
  namespace tenon::v0 { struct A { virtual ~A() {} }; int f(std::vector<A>& v) { v.push_back({}); return 1; } }')"
expect "*YAML::Node::f()*failed" "$(verdict 'namespace YAML { struct Node { int f(); }; int Node::f() { return 1; } }')"
expect "*stbi_load*failed" "$(verdict 'extern "C" int stbi_load() { return 1; }')"
expect "*fmt*failed" "$(verdict '#include <vector>
  namespace fmt { struct A { char c; }; }
  template class std::vector<fmt::A>;')"
echo "the check of symbols finds what is planted"
