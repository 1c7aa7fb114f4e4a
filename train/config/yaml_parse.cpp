#include <memory>
#include <sstream>
#include <unordered_map>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "tenon/core/check.h"
#include "tenon/train/config/detail/hostile.h"
#include "tenon/train/config/detail/scalar.h"
#include "tenon/train/config/yaml.h"

namespace tenon::inline v0 {
namespace train {
namespace {

/// Builds the tree from the parser's events. It throws as soon as an event is not allowed, which also bounds the
/// parser's recursion.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const std::string> source, bool has_lines)
      : source_(std::move(source)), has_lines_(has_lines) {}

  ConfigValue take() { return std::move(root_); }

  ConfigPlace place(const YAML::Mark& mark) const {
    return has_lines_ ? ConfigPlace{source_, mark.line + 1, mark.column + 1} : ConfigPlace{source_, 0, 0};
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check_plain(mark, "?", anchor);
    if (expects_key()) fail(mark, "a key is missing");
    if (open_.empty() || open_.back().value.kind != ConfigValue::Kind::map) return insert(mark, ConfigValue());
    // What is not there has no place of its own: the parser gives that of whatever comes next.
    ConfigValue nothing;
    nothing.place = open_.back().value.keys.back().place;
    attach(std::move(nothing));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "aliases are not supported: write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_plain(mark, tag, anchor);
    if (expects_key()) return insert_key(mark, value);
    if (tag == "!") return insert(mark, ConfigValue::make_string(value));
    try {
      insert(mark, detail::plain_scalar(value));
    } catch (const ValueError& error) {
      fail(mark, error.what());
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, ConfigValue::make_list());
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, ConfigValue::make_map());
  }
  void OnMapEnd() override { end(); }

 private:
  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& what) const {
    throw ConfigError(place(mark).text() + ": " + what);
  }

  void check_plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    if (anchor != 0) fail(mark, "anchors are not supported: write the value out");
    if (!tag.empty() && tag != "?" && tag != "!") fail(mark, "tags are not supported");
  }

  // A map with as many keys as items waits for a key.
  bool expects_key() const {
    if (open_.empty() || open_.back().value.kind != ConfigValue::Kind::map) return false;
    return open_.back().value.keys.size() == open_.back().value.items.size();
  }

  void insert_key(const YAML::Mark& mark, const std::string& name) {
    const auto [first, is_new] = open_.back().key_lines.emplace(name, mark.line + 1);
    if (!is_new) {
      fail(mark, text("duplicate key \"", name, "\"", has_lines_ ? text(", first at line ", first->second) : ""));
    }
    open_.back().value.keys.push_back({name, place(mark)});
  }

  void insert(const YAML::Mark& mark, ConfigValue value) {
    value.place = place(mark);
    attach(std::move(value));
  }

  void attach(ConfigValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else {
      open_.back().value.items.push_back(std::move(value));
    }
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, ConfigValue value) {
    check_plain(mark, tag, anchor);
    if (expects_key()) fail(mark, "a key has to be a text; is a bracket left open?");
    if (open_.size() == detail::deepest_yaml) fail(mark, text("more than ", detail::deepest_yaml, " levels deep"));
    value.place = place(mark);
    open_.push_back({std::move(value), {}});
  }

  void end() {
    ConfigValue value = std::move(open_.back().value);
    open_.pop_back();
    attach(std::move(value));
  }

  /// A list or map whose end has not come.
  struct Open {
    ConfigValue value;
    std::unordered_map<std::string, int> key_lines;
  };

  std::shared_ptr<const std::string> source_;
  bool has_lines_;
  std::vector<Open> open_;
  ConfigValue root_;
};

/// Finds out whether a second document begins.
struct NothingMore : YAML::EventHandler {
  struct More {
    YAML::Mark mark;
  };
  void OnDocumentStart(const YAML::Mark& mark) override { throw More{mark}; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

ConfigValue parse(std::string_view yaml, const std::string& source, bool has_lines) {
  detail::check_text(yaml, source);
  TreeBuilder builder(std::make_shared<const std::string>(source), has_lines);
  std::istringstream stream{std::string(yaml)};
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    NothingMore nothing_more;
    parser.HandleNextDocument(nothing_more);
  } catch (const NothingMore::More& more) {
    throw ConfigError(builder.place(more.mark).text() + ": a second document");
  } catch (const YAML::Exception& error) {
    throw ConfigError(builder.place(error.mark).text() + ": not valid YAML: " + error.msg);
  }
  ConfigValue root = builder.take();
  if (!root.place.source) root.place = builder.place(YAML::Mark());
  return root;
}

}  // namespace

ConfigValue parse_yaml(std::string_view text, const std::string& source) { return parse(text, source, true); }

void set_option(ConfigValue& root, const std::string& assignment) {
  const std::string source = "--set " + assignment;
  const size_t equals = assignment.find('=');
  TENON_CHECK(equals != std::string::npos, ConfigError, source, ": expected key=value");
  ConfigValue value = parse(std::string_view(assignment).substr(equals + 1), source, false);
  set_config(root, std::string_view(assignment).substr(0, equals), std::move(value));
}

}  // namespace train
}  // namespace tenon::inline v0
