// SPDX-License-Identifier: Apache-2.0
#include "report_folder.h"

#include <cstdio>

#include "core/file.h"

namespace mien::cli {

Result<ReportFolder> ReportFolder::Create(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::kIo,
                 folder.string() + ": cannot create: " + error.message()};
  }
  return ReportFolder(folder);
}

Result<void> ReportFolder::WriteText(std::string_view name,
                                     std::string_view text) const {
  return WriteFileAtomically(folder_ / name, text);
}

Result<void> ReportFolder::WriteJson(std::string_view name,
                                     const Json& json) const {
  constexpr int kIndent = 2;
  return WriteText(
      name,
      json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<std::string> ReportFolder::WritePlot(std::string_view name,
                                            const Plot& plot) const {
  std::string svg = RenderSvg(plot);
  MIEN_RETURN_IF_ERROR(WriteText(name, svg));
  return svg;
}

std::string RateText(const std::optional<double>& value) {
  if (!value) {
    return "-";
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%.4f", *value);
  return text;
}

}  // namespace mien::cli
