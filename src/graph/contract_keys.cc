// SPDX-License-Identifier: Apache-2.0
#include "graph/contract_keys.h"

#include <algorithm>
#include <cmath>

#include "graph/text.h"

namespace mien {
namespace {

/// All of `text` as a finite number.
template <typename T>
std::optional<T> Number(std::string_view text) {
  T value{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  if constexpr (std::floating_point<T>) {
    if (!std::isfinite(value)) {
      return std::nullopt;
    }
  }
  return value;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    if (length > 0) {
      words.push_back(text.substr(0, length));
    }
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return words;
}

/// `text` if it can stand in a message, notes with line breaks included.
std::string Printable(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\t', ' ');
  return IsPrintable(text) ? text : "";
}

/// "similarity:fmr".
std::optional<CalibrationPoint> ParsePoint(std::string_view word) {
  const std::size_t colon = std::min(word.find(':'), word.size());
  const auto similarity = Number<float>(word.substr(0, colon));
  const auto fmr =
      Number<double>(word.substr(std::min(colon + 1, word.size())));
  if (!similarity || !fmr || *fmr < 0.0 || *fmr > 1.0) {
    return std::nullopt;
  }
  return CalibrationPoint{*similarity, *fmr};
}

}  // namespace

void KeyReader::Refuse(std::string_view key, std::string_view wanted) {
  if (error_) {
    return;
  }
  const std::string* text = Find(key);
  const std::string found =
      text == nullptr ? " is missing" : " is '" + Printable(*text) + "'";
  error_ = Error{ErrorCode::kCorruptModel,
                 std::string(kContractPrefix) + std::string(key) + found +
                     "; must be " + std::string(wanted)};
}

std::string KeyReader::Text(std::string_view key) {
  const std::string* text = Find(key);
  if (text == nullptr) {
    return "";
  }
  if (Printable(*text).empty() && !text->empty()) {
    Refuse(key, "UTF-8 text");
  }
  return *text;
}

int KeyReader::Integer(std::string_view key, int largest) {
  const std::string* text = Find(key);
  const auto value = text != nullptr ? Number<int>(*text) : std::nullopt;
  if (!value || *value < 0 || *value > largest) {
    Refuse(key, "a whole number from 0 to " + std::to_string(largest));
    return 0;
  }
  return *value;
}

float KeyReader::Float(std::string_view key, float lowest, float highest) {
  const std::string* text = Find(key);
  const auto value = text != nullptr ? Number<float>(*text) : std::nullopt;
  if (!value || *value < lowest || *value > highest) {
    Refuse(key,
           "a number from " + FloatText(lowest) + " to " + FloatText(highest));
    return lowest;
  }
  return *value;
}

std::array<float, 3> KeyReader::Three(std::string_view key, float lowest) {
  std::array<float, 3> values{};
  const std::string* text = Find(key);
  const auto words =
      text != nullptr ? Words(*text) : std::vector<std::string_view>();
  bool is_good = words.size() == values.size();
  for (std::size_t i = 0; is_good && i < values.size(); ++i) {
    const auto value = Number<float>(words[i]);
    is_good = value && *value > lowest;
    values[i] = value.value_or(0.0F);
  }
  if (!is_good) {
    Refuse(key, "three numbers above " + FloatText(lowest));
  }
  return values;
}

std::vector<CalibrationPoint> KeyReader::Calibration(std::string_view key) {
  std::vector<CalibrationPoint> points;
  const std::string* text = Find(key);
  if (text == nullptr) {
    return points;
  }
  for (const std::string_view word : Words(*text)) {
    const auto point = ParsePoint(word);
    const bool is_in_order =
        points.empty() ||
        (point && point->cosine_similarity > points.back().cosine_similarity &&
         point->fmr <= points.back().fmr);
    if (!point || !is_in_order) {
      Refuse(key,
             "pairs similarity:fmr, similarity rising and fmr falling in "
             "[0, 1]");
      return {};
    }
    points.push_back(*point);
  }
  return points;
}

const std::string* KeyReader::Find(std::string_view key) const {
  const auto found =
      metadata_.find(std::string(kContractPrefix) + std::string(key));
  return found == metadata_.end() ? nullptr : &found->second;
}

}  // namespace mien
