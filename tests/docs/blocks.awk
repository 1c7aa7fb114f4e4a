# Writes every ```cpp block of a Markdown file as a program: <out>/<name>_<line>.cpp. A block without main is put into
# one; a struct or function before statements is fine there too, as C++ allows both. `<!-- continues -->` on the line
# before a block hangs it onto the block before.
function finish() {
  if (whole) { printf "%s", text > file; close(file); return }
  printf "#include <tenon/tenon.h>\n#include <cassert>\n#include <cstdio>\nusing namespace tenon;\n%sint main() {\n%s}\n", outside, text > file
  close(file)
}
/^<!-- outside -->/ { next_outside = 1; next }
/^<!-- continues -->/ { continues = 1; next }
/^```cpp/ {
  inside = 1
  is_outside = next_outside; next_outside = 0
  if (!continues) { if (file) finish(); file = sprintf("%s/%s_%d.cpp", out, name, NR); text = ""; outside = ""; whole = 0 }
  continues = 0
  next
}
/^```/ && inside { inside = 0; next }
inside {
  if ($0 ~ /^int main\(/) whole = 1
  if (is_outside) outside = outside $0 "\n"; else text = text $0 "\n"
}
END { if (file) finish() }
