// SPDX-License-Identifier: Apache-2.0
//
// The options of one loss, "scale=64,margin=0.5". A loss reads each of its
// options once, with default and range; what it reads is what the help shows
// and what an error lists, so nothing is declared twice.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mien::train {

class SpecOptions {
 public:
  /// Closed interval.
  struct Range {
    double min = 0;
    double max = std::numeric_limits<double>::infinity();
  };

  /// `text` is "name=value[,name=value]...", or empty. `owner` begins messages.
  ///
  /// Throws TrainError for a part that is not name=value or is given twice.
  SpecOptions(std::string_view owner, std::string_view text);

  /// The number called `name`, `fallback` when not given.
  ///
  /// Throws TrainError when it is no number or out of `range`.
  double Number(std::string_view name, double fallback, Range range);

  /// The same for a whole number.
  std::int64_t WholeNumber(std::string_view name,
                           std::int64_t fallback,
                           Range range);

  /// The word called `name`, the first of `choices` when not given.
  ///
  /// Throws TrainError that lists `choices` when it is none of them.
  std::string Choice(std::string_view name,
                     std::initializer_list<std::string_view> choices);

  /// Throws TrainError for options that were given but never read.
  void ExpectAllRead() const;

  /// What was read, with defaults: "scale=64,margin=0.5"; further choices
  /// follow the first, "metric=cosine|l2".
  [[nodiscard]] std::string Help() const;

  /// Name of the loss or sampler.
  [[nodiscard]] const std::string& owner() const { return owner_; }

 private:
  struct Read {
    std::string name;
    std::string help;
  };

  std::string owner_;
  std::map<std::string, std::string, std::less<>> given_;
  std::vector<Read> read_;
};

/// Parses all of `text`, for example "0.5" or "1e-3".
///
/// Throws TrainError "`what` is ...; must be a number".
double ParseNumber(std::string_view text, std::string_view what);

/// "64", "0.003": six significant digits, no trailing zeros.
std::string NumberText(double value);

/// Without blanks at both ends.
std::string_view Trim(std::string_view text);

}  // namespace mien::train
