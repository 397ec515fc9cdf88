// SPDX-License-Identifier: Apache-2.0
#include "train/spec/spec_options.h"

#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>

#include "train/train_error.h"

namespace mien::train {
namespace {

std::string RangeText(SpecOptions::Range range) {
  if (std::isinf(range.max)) return ">= " + NumberText(range.min);
  return "in [" + NumberText(range.min) + ", " + NumberText(range.max) + "]";
}

}  // namespace

std::string_view Trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string NumberText(double value) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << value;
  return out.str();
}

double ParseNumber(std::string_view text, std::string_view what) {
  double value = 0;
  const auto end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || stop != end || !std::isfinite(value)) {
    throw TrainError(std::string(what) + " is \"" + std::string(text) +
                     "\"; must be a number");
  }
  return value;
}

SpecOptions::SpecOptions(std::string_view owner, std::string_view text)
    : owner_(owner) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view part = Trim(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view()
                                           : text.substr(comma + 1);
    const auto equals = part.find('=');
    const std::string_view name = Trim(part.substr(0, equals));
    if (name.empty() || equals == std::string_view::npos) {
      throw TrainError(owner_ + ": \"" + std::string(part) +
                       "\" is no option; options look like margin=0.5");
    }
    const auto [place, added] =
        given_.emplace(name, std::string(Trim(part.substr(equals + 1))));
    if (!added) {
      throw TrainError(owner_ + ": " + std::string(name) + " is given twice");
    }
  }
}

double SpecOptions::Number(std::string_view name,
                           double fallback,
                           Range range) {
  read_.push_back(
      {std::string(name), std::string(name) + "=" + NumberText(fallback)});
  const auto given = given_.find(name);
  if (given == given_.end()) return fallback;
  const std::string what = owner_ + ": " + std::string(name);
  const double value = ParseNumber(given->second, what);
  if (value < range.min || value > range.max) {
    throw TrainError(what + " is " + given->second + "; must be " +
                     RangeText(range));
  }
  return value;
}

std::int64_t SpecOptions::WholeNumber(std::string_view name,
                                      std::int64_t fallback,
                                      Range range) {
  const double value = Number(name, static_cast<double>(fallback), range);
  if (value != std::floor(value)) {
    throw TrainError(owner_ + ": " + std::string(name) + " is " +
                     given_.find(name)->second + "; must be a whole number");
  }
  return static_cast<std::int64_t>(value);
}

std::string SpecOptions::Choice(
    std::string_view name, std::initializer_list<std::string_view> choices) {
  std::string known;
  for (const std::string_view choice : choices) {
    known += (known.empty() ? "" : "|") + std::string(choice);
  }
  read_.push_back({std::string(name), std::string(name) + "=" + known});
  const auto given = given_.find(name);
  if (given == given_.end()) return std::string(*choices.begin());
  for (const std::string_view choice : choices) {
    if (given->second == choice) return given->second;
  }
  throw TrainError(owner_ + ": " + std::string(name) + " is \"" +
                   given->second + "\"; must be one of " + known);
}

void SpecOptions::ExpectAllRead() const {
  for (const auto& [name, value] : given_) {
    std::string known;
    bool is_known = false;
    for (const Read& read : read_) {
      is_known = is_known || read.name == name;
      known += (known.empty() ? "" : ", ") + read.name;
    }
    if (is_known) continue;
    throw TrainError(owner_ + " has no option \"" + name + "\"; it has " +
                     (known.empty() ? "none" : known));
  }
}

std::string SpecOptions::Help() const {
  std::string help;
  for (const Read& read : read_) help += (help.empty() ? "" : ",") + read.help;
  return help;
}

}  // namespace mien::train
