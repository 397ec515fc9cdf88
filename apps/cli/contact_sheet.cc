// SPDX-License-Identifier: Apache-2.0
#include "contact_sheet.h"

#include <cstdio>
#include <system_error>

#include "eval/markup.h"
#include "html.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>Faces by person</title>
<style>
:root {
  --paper: #fafaf8; --card: #ffffff; --ink: #181c21; --faint: #68717b;
  --line: #e4e5e2; --accent: #1a9862;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1d2125; --ink: #e8eaec; --faint: #97a0aa;
    --line: #2d3339; --accent: #40e0b2;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 76rem; padding: 1.25rem 1rem 3rem;
  background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif;
}
header { margin: 0 0 1.25rem; }
h1 { margin: 0; font-size: 1.5rem; }
header p { margin: 0.25rem 0 0; color: var(--faint); }
header strong { color: var(--ink); }
section {
  display: grid; grid-template-columns: 6.5rem 1fr; gap: 0.75rem;
  margin: 0 0 0.6rem; padding: 0.75rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
}
h2 { margin: 0; font-size: 1rem; }
h2 small {
  display: block; color: var(--faint); font-weight: normal; font-size: 0.8rem;
}
ul {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(76px, 1fr));
  gap: 6px; margin: 0; padding: 0; list-style: none;
}
li { min-width: 0; max-width: 112px; }
a { display: block; color: inherit; text-decoration: none; border-radius: 7px; }
a:focus-visible, a:hover { outline: 2px solid var(--accent); }
img {
  display: block; width: 100%; height: auto; aspect-ratio: 1;
  border-radius: 7px; background: var(--line);
}
li span {
  display: block; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; color: var(--faint); font-size: 0.68rem;
}
@media (max-width: 40rem) {
  section { grid-template-columns: 1fr; gap: 0.5rem; }
  h2 small { display: inline; margin-left: 0.4rem; }
  ul { grid-template-columns: repeat(auto-fill, minmax(64px, 1fr)); }
}
@media print { section { break-inside: avoid; } }
</style>
</head>
<body>
)";

std::string Count(std::size_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

/// The way to `picture` from a page in `folder`.
std::string LinkTo(const fs::path& picture, const fs::path& folder) {
  std::error_code error;
  const fs::path from =
      fs::absolute(folder.empty() ? "." : folder, error).lexically_normal();
  const fs::path relative =
      fs::absolute(picture, error).lexically_normal().lexically_relative(from);
  return UrlOfPath(error || relative.empty() ? picture : relative);
}

void AppendFace(const GroupedFace& member,
                const SheetFacts& facts,
                std::string& page) {
  const UnnamedFace& face = *member.face;
  char similarity[64];
  std::snprintf(similarity,
                sizeof(similarity),
                "similarity to the group %.2f, quality %.2f",
                static_cast<double>(member.similarity),
                static_cast<double>(face.quality));
  const std::string path = EscapeMarkup(face.picture.string());
  const std::string name = EscapeMarkup(face.picture.filename().string());
  page += "<li><a href=\"" + LinkTo(face.picture, facts.folder) +
          "\" title=\"" + path + "&#10;" + similarity +
          "\"><img loading=\"lazy\" alt=\"Face in " + name +
          "\" src=\"data:image/jpeg;base64," + Base64(face.thumbnail) +
          "\"><span>" + name + "</span></a></li>\n";
}

void AppendHeader(std::span<const FaceGroup> groups,
                  const SheetFacts& facts,
                  std::string& page) {
  std::size_t num_faces = 0;
  for (const FaceGroup& group : groups) {
    num_faces += group.size();
  }
  page += "<header>\n<h1>Faces by person</h1>\n<p><strong>" +
          Count(num_faces, "face") + "</strong> of <strong>" +
          std::to_string(groups.size()) +
          (groups.size() == 1 ? " person" : " people") +
          "</strong> in <strong>" + Count(facts.num_pictures, "picture") +
          "</strong>";
  if (facts.num_left_out > 0) {
    page += "; " + Count(facts.num_left_out, "face") +
            " of too low quality left out";
  }
  page += "</p>\n<p>" + EscapeMarkup(facts.method) +
          ". In each row the most typical face comes first.</p>\n</header>\n";
}

}  // namespace

std::string ContactSheet(std::span<const FaceGroup> groups,
                         const SheetFacts& facts) {
  std::string page = kHead;
  AppendHeader(groups, facts, page);
  std::size_t place = 0;
  for (; place < groups.size() && groups[place].size() > 1; ++place) {
    page += "<section>\n<h2>Person " + std::to_string(place + 1) + " <small>" +
            Count(groups[place].size(), "face") + "</small></h2>\n<ul>\n";
    for (const GroupedFace& member : groups[place]) {
      AppendFace(member, facts, page);
    }
    page += "</ul>\n</section>\n";
  }
  if (place < groups.size()) {
    page += "<section>\n<h2>Seen once <small>" +
            Count(groups.size() - place, "face") + "</small></h2>\n<ul>\n";
    for (; place < groups.size(); ++place) {
      AppendFace(groups[place].front(), facts, page);
    }
    page += "</ul>\n</section>\n";
  }
  return page + "</body>\n</html>\n";
}

}  // namespace mien::cli
