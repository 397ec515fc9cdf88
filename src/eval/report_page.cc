// SPDX-License-Identifier: Apache-2.0
#include "eval/report_page.h"

#include <cstddef>
#include <string_view>

#include "eval/markup.h"

namespace mien {
namespace {

/// The colours are those of the plots.
constexpr std::string_view kHead = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
:root{--page:#fff;--text:#1c2126;--dim:#6b7480;--rule:#e3e6ea;--card:#f6f7f9}
@media(prefers-color-scheme:dark){:root{--page:#14181d;--text:#e8ebee;
--dim:#9aa4af;--rule:#2c333b;--card:#1b2026}}
body{margin:0 auto;max-width:760px;padding:24px 20px 64px;
background:var(--page);color:var(--text);
font:15px/1.5 system-ui,"DejaVu Sans",sans-serif}
h1{font-size:26px;line-height:1.2;margin:0 0 6px}
h2{font-size:18px;margin:34px 0 4px}
p{margin:4px 0 10px}.dim,figcaption{color:var(--dim);font-size:13px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;
margin:18px 0;padding:14px 16px;background:var(--card);border-radius:8px}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--rule);
text-align:right;vertical-align:top}
th{color:var(--dim);font-weight:600}
th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere}
figure{margin:26px 0}figure svg{max-width:100%;height:auto}
@media print{figure,table{break-inside:avoid}}
</style>
)";

std::string Table(const ReportTable& table) {
  std::string html = "<h2>" + EscapeMarkup(table.heading) + "</h2>\n";
  if (!table.note.empty()) {
    html += "<p class=\"dim\">" + EscapeMarkup(table.note) + "</p>\n";
  }
  if (table.rows.empty()) {
    return html;
  }
  html += "<div class=\"wide\"><table>\n<tr>";
  for (const std::string& column : table.columns) {
    html += "<th>" + EscapeMarkup(column) + "</th>";
  }
  html += "</tr>\n";
  for (const std::vector<std::string>& row : table.rows) {
    html += "<tr>";
    for (const std::string& cell : row) {
      html += "<td>" + EscapeMarkup(cell) + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string Facts(const ReportContent& content) {
  if (content.facts.empty()) {
    return "";
  }
  std::string html = "<dl>\n";
  for (const auto& [name, value] : content.facts) {
    html += "<dt>" + EscapeMarkup(name) + "</dt><dd>" + EscapeMarkup(value) +
            "</dd>\n";
  }
  return html + "</dl>\n";
}

}  // namespace

std::string RenderReportPage(const ReportContent& content) {
  const std::string title = EscapeMarkup(content.title);
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>" +
                     title + "</title>\n" + std::string(kHead) +
                     "</head>\n<body>\n<h1>" + title + "</h1>\n<p>" +
                     EscapeMarkup(content.summary) + "</p>\n" + Facts(content);
  for (const ReportTable& table : content.tables) {
    html += Table(table);
  }
  for (const ReportFigure& figure : content.figures) {
    html += "<figure>\n" + figure.svg + "<figcaption>" +
            EscapeMarkup(figure.caption) + "</figcaption>\n</figure>\n";
  }
  for (const ReportTable& table : content.appendix) {
    html += Table(table);
  }
  return html + "</body>\n</html>\n";
}

}  // namespace mien
