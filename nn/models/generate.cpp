#include "tenon/nn/models/generate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "tenon/autograd/grad_mode.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/random.h"

namespace tenon::inline v0::nn {

namespace {

/// The tokens that are drawn from, the likeliest first; of equally likely ones the lower number.
std::vector<int64_t> likeliest(const std::vector<double>& scores, int64_t count) {
  std::vector<int64_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  const auto before = [&](int64_t a, int64_t b) {
    const double x = scores[static_cast<size_t>(a)], y = scores[static_cast<size_t>(b)];
    return x != y ? x > y : a < b;
  };
  const auto end = order.begin() + std::min(count, static_cast<int64_t>(order.size()));
  std::partial_sort(order.begin(), end, order.end(), before);
  order.erase(end, order.end());
  return order;
}

int64_t draw(const std::vector<double>& scores, const GenerateOptions& options, Generator& generator) {
  if (options.temperature == 0) return likeliest(scores, 1)[0];
  const auto all = static_cast<int64_t>(scores.size());
  const std::vector<int64_t> order = likeliest(scores, options.top_k > 0 ? int64_t{options.top_k} : all);
  const auto score = [&](int64_t token) { return scores[static_cast<size_t>(token)]; };
  std::vector<double> until;  // the share of this one and those before it, times a constant
  double sum = 0;
  for (int64_t token : order) until.push_back(sum += std::exp((score(token) - score(order[0])) / options.temperature));
  const double at = sum * rand({}, float64, cpu, generator).item<double>();
  const auto found = std::upper_bound(until.begin(), until.end(), at);
  return order[static_cast<size_t>(std::min(found, until.end() - 1) - until.begin())];
}

/// The model's scores for what comes behind the last of these tokens.
std::vector<double> scores_behind(Layer& model, const std::vector<int64_t>& tokens, int64_t context, Device device) {
  const auto all = static_cast<int64_t>(tokens.size());
  const int64_t seen = context > 0 ? std::min(context, all) : all;
  const Array x = array(std::vector<int64_t>(tokens.end() - seen, tokens.end())).reshape({1, seen}).to(device);
  const Array scores = model(x).array();
  TENON_CHECK(scores.ndim() == 3 && scores.size(0) == 1 && scores.size(1) == seen && scores.size(2) > 0, ShapeError,
              "generate: expected the model to give scores [1, ", seen, ", vocabulary], got ", scores.shape());
  const Array last = select(select(scores, 1, seen - 1), 0, 0).cpu().to(float64);
  const auto view = last.view<const double, 1>();
  std::vector<double> numbers;
  for (int64_t i = 0; i < last.size(0); ++i) numbers.push_back(view(i));
  const bool finite = std::all_of(numbers.begin(), numbers.end(), [](double s) { return std::isfinite(s); });
  TENON_CHECK(finite, ValueError, "generate: the model's scores are not finite");
  return numbers;
}

}  // namespace

void GenerateOptions::check() const {
  TENON_CHECK(temperature >= 0 && std::isfinite(temperature), ValueError,
              "temperature must be a number of at least 0, got ", temperature);
}

std::vector<int64_t> generate(Layer& model, std::vector<int64_t> tokens, const GenerateOptions& options,
                              const std::function<void(int64_t)>& each, Generator& generator, Device device) {
  const GenerateOptions o = checked("generate", options);
  TENON_CHECK(!tokens.empty(), ValueError, "generate: there is no token to begin with");
  const NoGrad no_grad;
  const auto given = static_cast<int64_t>(tokens.size());
  for (int64_t i = 0; i < o.length; ++i) {
    tokens.push_back(draw(scores_behind(model, tokens, o.context, device), o, generator));
    if (each) each(tokens.back());
  }
  tokens.erase(tokens.begin(), tokens.begin() + given);
  return tokens;
}

}  // namespace tenon::inline v0::nn
