# Writes the blocks of a Markdown file that are run, each as <out>/<name>_<line>.<language>.
# ```cpp: a program. A block without main is put into one; a struct or function before statements is fine there too, as
# C++ allows both. `<!-- continues -->` on the line before a block hangs it onto the block before; `<!-- outside -->`
# puts it before main. ```yaml: a config. ```cmake: part of a CMakeLists.txt.
function finish() {
  if (!file) return
  if (language != "cpp" || whole) printf "%s", text > file
  else printf "#include <tenon/tenon.h>\n#include <cassert>\n#include <cstdio>\nusing namespace tenon;\n%sint main() {\n%s}\n", outside, text > file
  close(file)
}
/^<!-- outside -->/ { next_outside = 1; next }
/^<!-- continues -->/ { continues = 1; next }
/^```(cpp|yaml|cmake)$/ {
  inside = 1
  is_outside = next_outside; next_outside = 0
  if (!continues) {
    finish()
    language = substr($0, 4)
    file = sprintf("%s/%s_%d.%s", out, name, NR, language)
    text = ""; outside = ""; whole = 0
  }
  continues = 0
  next
}
/^```/ && inside { inside = 0; next }
inside {
  if ($0 ~ /^int main\(/) whole = 1
  if (is_outside) outside = outside $0 "\n"; else text = text $0 "\n"
}
END { finish() }
