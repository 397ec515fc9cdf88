// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "eval/plot_svg.h"
#include "json.h"
#include "mien/result.h"

namespace mien::cli {

/// The folder that --report names, and the files that go into it.
class ReportFolder {
 public:
  /// Makes the folder when it is missing.
  ///
  /// Errors:
  /// - kIo: names the path and what the system said.
  static Result<ReportFolder> Create(const std::filesystem::path& folder);

  /// Writes `text` as the file `name`.
  [[nodiscard]] Result<void> WriteText(std::string_view name,
                                       std::string_view text) const;

  /// Writes `json`, indented.
  [[nodiscard]] Result<void> WriteJson(std::string_view name,
                                       const Json& json) const;

  /// Writes the plot, and returns it as SVG for the page.
  [[nodiscard]] Result<std::string> WritePlot(std::string_view name,
                                              const Plot& plot) const;

 private:
  explicit ReportFolder(std::filesystem::path folder)
      : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
};

/// `value` with four decimals, or "-".
std::string RateText(const std::optional<double>& value);

}  // namespace mien::cli
