#include <algorithm>

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "tenon/train/config/detail/scalar.h"
#include "tenon/train/config/yaml.h"

namespace tenon::inline v0 {
namespace train {
namespace {

using Kind = ConfigValue::Kind;

/// Whether the text, written plainly, would be read as something else.
bool needs_quotes(const std::string& text) {
  try {
    return detail::plain_scalar(text).kind != Kind::string;
  } catch (const ValueError&) {
    return true;
  }
}

void write_string(YAML::Emitter& out, const std::string& text) {
  if (needs_quotes(text)) out << YAML::DoubleQuoted;
  // The emitter would write DEL as it is, which the reader refuses.
  if (text.find('\x7f') != text.npos) out << YAML::DoubleQuoted << YAML::EscapeNonAscii;
  out << text;
}

bool is_nested(const ConfigValue& value) { return value.kind == Kind::list || value.kind == Kind::map; }

void write(YAML::Emitter& out, const ConfigValue& value) {
  switch (value.kind) {
    case Kind::null:
      out << YAML::Null;
      break;
    case Kind::string:
      write_string(out, value.text);
      break;
    case Kind::list:
      // [3, 5], but one line an item for a list of maps.
      out << (std::any_of(value.items.begin(), value.items.end(), is_nested) ? YAML::Block : YAML::Flow)
          << YAML::BeginSeq;
      for (const ConfigValue& item : value.items) write(out, item);
      out << YAML::EndSeq;
      break;
    case Kind::map:
      if (value.items.empty()) out << YAML::Flow;
      out << YAML::BeginMap;
      for (size_t i = 0; i < value.items.size(); ++i) {
        out << YAML::Key;
        write_string(out, value.keys[i].name);
        out << YAML::Value;
        write(out, value.items[i]);
      }
      out << YAML::EndMap;
      break;
    default:
      out << value.text;
  }
}

}  // namespace

std::string to_yaml(const ConfigValue& value) {
  YAML::Emitter out;
  out.SetNullFormat(YAML::LowerNull);
  write(out, value);
  return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace train
}  // namespace tenon::inline v0
