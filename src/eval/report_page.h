// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mien {

struct ReportTable {
  std::string heading;

  /// A sentence below the heading; may be empty.
  std::string note;
  std::vector<std::string> columns;

  /// Each as long as `columns`. The first column is text, the others numbers.
  /// Without rows, heading and note stand alone.
  std::vector<std::vector<std::string>> rows;
};

struct ReportFigure {
  /// An SVG document as of RenderSvg(), put in as it is.
  std::string svg;

  /// How to read it.
  std::string caption;
};

/// What a report of an evaluation shows, from top to bottom.
struct ReportContent {
  std::string title;

  /// One sentence: what was measured on what.
  std::string summary;
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<ReportTable> tables;
  std::vector<ReportFigure> figures;

  /// Tables after the figures: details that few will read.
  std::vector<ReportTable> appendix;
};

/// One HTML page that needs nothing else, readable in light and dark, on paper
/// and on a telephone. All text is escaped.
std::string RenderReportPage(const ReportContent& content);

}  // namespace mien
