// SPDX-License-Identifier: Apache-2.0
#include "data_report_page.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "core/file.h"
#include "data/csv.h"
#include "eval/markup.h"
#include "html.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// Entries of each kind that are shown as pictures.
constexpr std::size_t kShown = 48;

/// Chips that show who a person is.
constexpr std::size_t kExamples = 3;

constexpr const char* kHead =
    "<!doctype html><html lang=en><meta charset=utf-8>"
    "<meta name=viewport content='width=device-width'>"
    "<style>body{font:14px system-ui,sans-serif;margin:24px;max-width:1400px;"
    "color-scheme:light dark}"
    "h2{margin:28px 0 4px}p{margin:4px 0 10px}"
    "figure{display:inline-block;margin:4px;vertical-align:top;width:310px}"
    "figcaption{font-size:12px;overflow-wrap:anywhere}"
    "img{height:72px;width:72px;margin-right:2px}"
    "img.suspect{outline:3px solid #d33;outline-offset:-3px}"
    "td,th{text-align:right;padding:1px 10px 1px 0}"
    "td.bar{text-align:left}td.bar i{display:inline-block;height:10px;"
    "background:#47a}</style>";

std::string Number(float value) {
  char text[24];
  std::snprintf(text, sizeof(text), "%.3f", static_cast<double>(value));
  return text;
}

/// Chips of each person, for examples.
using ChipsOf = std::map<std::int64_t, std::vector<std::size_t>>;

/// Builds the page piece by piece; the first chip that cannot be read fails it.
class Page {
 public:
  explicit Page(const ChipDataset& dataset) : dataset_(dataset) {
    for (std::size_t i = 0; i < dataset.size(); ++i) {
      chips_of_[dataset.label(i)].push_back(i);
    }
  }

  void Add(const std::string& html) { html_ += html; }

  void Section(const std::string& title,
               std::size_t count,
               const std::string& meaning) {
    Add("<h2>" + title + ": " + std::to_string(count) + "</h2><p>" + meaning +
        (count > kShown ? " The first " + std::to_string(kShown) + ":" : "") +
        "</p>");
  }

  void Chip(std::size_t i, const char* css_class = "") {
    const auto jpeg = dataset_.Jpeg(i);
    if (!jpeg) {
      status_ = jpeg.error();
      return;
    }
    Add("<img class='" + std::string(css_class) + "' title='" +
        EscapeMarkup(dataset_.record(i).source) +
        "' src='data:image/jpeg;base64," + Base64(*jpeg) + "'>");
  }

  /// Some chips of the person, but not `without`.
  void Examples(std::int64_t label, std::size_t without, std::size_t count) {
    for (const std::size_t i : chips_of_[label]) {
      if (i != without && count > 0) {
        Chip(i);
        --count;
      }
    }
  }

  [[nodiscard]] std::string NameOf(std::int64_t label) {
    return EscapeMarkup(dataset_.record(chips_of_[label].front()).identity);
  }

  [[nodiscard]] Result<std::string> Finish() const {
    if (!status_) {
      return status_.error();
    }
    return html_ + "</html>\n";
  }

 private:
  const ChipDataset& dataset_;
  ChipsOf chips_of_;
  std::string html_ = kHead;
  Result<void> status_;
};

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

void AddBalance(const DatasetReport& report, Page& page) {
  const std::vector<std::int64_t> counts = CountsByPowerOfTwo(report.people);
  const std::int64_t most =
      counts.empty() ? 1 : *std::ranges::max_element(counts);
  page.Add("<h2>Chips per person</h2><table><tr><th>chips<th>people");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::int64_t low = std::int64_t{1} << i;
    page.Add("<tr><td>" + std::to_string(low) +
             (i == 0 ? "" : " to " + std::to_string(2 * low - 1)) + "<td>" +
             std::to_string(counts[i]) + "<td class=bar><i style='width:" +
             std::to_string(300 * counts[i] / std::max<std::int64_t>(most, 1)) +
             "px'></i>");
  }
  page.Add("</table>");
}

void AddSuspects(const ChipDataset& dataset,
                 std::span<const SuspectChip> suspects,
                 Page& page) {
  for (const SuspectChip& suspect :
       suspects.first(std::min(kShown, suspects.size()))) {
    const std::int64_t label = dataset.label(suspect.chip);
    page.Add("<figure>");
    page.Chip(suspect.chip, "suspect");
    page.Examples(label, suspect.chip, 2);
    page.Examples(suspect.other_label, kNone, 1);
    page.Add("<figcaption>" + page.NameOf(label) + " " +
             Number(suspect.own_similarity) +
             "; right: " + page.NameOf(suspect.other_label) + " " +
             Number(suspect.other_similarity) + "</figcaption></figure>");
  }
}

void AddSimilarPeople(const DatasetReport& report, Page& page) {
  const std::size_t count = std::min(kShown, report.similar_people.size());
  for (std::size_t i = 0; i < count; ++i) {
    const SimilarPeople& pair = report.similar_people[i];
    page.Add("<figure>");
    page.Examples(pair.first, kNone, 2);
    page.Examples(pair.second, kNone, 2);
    page.Add("<figcaption>" + page.NameOf(pair.first) + " and " +
             page.NameOf(pair.second) + " " + Number(pair.similarity) +
             "</figcaption></figure>");
  }
}

void AddLoosePeople(const DatasetReport& report, Page& page) {
  std::vector<std::int64_t> labels;
  for (std::size_t label = 0; label < report.people.size(); ++label) {
    if (static_cast<std::size_t>(report.people[label].num_chips) >= kExamples) {
      labels.push_back(static_cast<std::int64_t>(label));
    }
  }
  const auto cohesion = [&](std::int64_t label) {
    return report.people[static_cast<std::size_t>(label)].cohesion;
  };
  std::ranges::sort(labels, {}, cohesion);
  labels.resize(std::min(labels.size(), kShown / 2));
  for (const std::int64_t label : labels) {
    page.Add("<figure>");
    page.Examples(label, kNone, 4);
    page.Add("<figcaption>" + page.NameOf(label) + " " +
             Number(cohesion(label)) + "</figcaption></figure>");
  }
}

void AddDuplicates(const ChipDataset& dataset,
                   const DatasetReport& report,
                   Page& page) {
  const std::size_t count = std::min(kShown, report.duplicates.size());
  for (std::size_t i = 0; i < count; ++i) {
    const DuplicatePair& pair = report.duplicates[i];
    page.Add("<figure>");
    page.Chip(pair.first);
    page.Chip(pair.second);
    page.Add("<figcaption>" + Number(pair.similarity) + " " +
             EscapeMarkup(dataset.record(pair.first).identity) + ", " +
             EscapeMarkup(dataset.record(pair.second).identity) +
             "</figcaption></figure>");
  }
}

Result<std::string> MakePage(const ChipDataset& dataset,
                             const DatasetReport& report) {
  Page page(dataset);
  page.Add("<title>Dataset report</title><h1>" +
           EscapeMarkup(dataset.folder().string()) + "</h1><p>" +
           std::to_string(dataset.size()) + " chips of " +
           std::to_string(dataset.num_identities()) +
           " people. Numbers are cosine similarities of the teacher; half of "
           "the chips are " +
           Number(report.median_similarity) +
           " or more similar to the mean of their person's others.</p>");
  AddBalance(report, page);
  page.Section("Perhaps mislabelled",
               report.mislabelled.size(),
               "The chip framed red is more similar to the person at the right "
               "than to the person it is labelled as.");
  AddSuspects(dataset, report.mislabelled, page);
  page.Section("Like nobody",
               report.outliers.size(),
               "The chip framed red is far less similar to its person than "
               "usual: no face, a profile, a bystander.");
  AddSuspects(dataset, report.outliers, page);
  page.Section("Perhaps one person under two labels",
               report.similar_people.size(),
               "Two chips of the one, two of the other.");
  AddSimilarPeople(report, page);
  page.Add(
      "<h2>Least alike people</h2><p>Perhaps several people under one "
      "label: mean similarity of a chip to its person's others.</p>");
  AddLoosePeople(report, page);
  page.Section("Near duplicates",
               report.duplicates.size(),
               "Two chips that look the same.");
  AddDuplicates(dataset, report, page);
  return page.Finish();
}

using Row = std::vector<std::string>;

std::string SuspectsTable(const ChipDataset& dataset,
                          std::span<const SuspectChip> suspects) {
  std::string table = CsvLine(Row{"chip",
                                  "source",
                                  "label",
                                  "own_similarity",
                                  "other_label",
                                  "other_similarity"});
  for (const SuspectChip& suspect : suspects) {
    table += CsvLine(Row{std::to_string(suspect.chip),
                         dataset.record(suspect.chip).source,
                         std::to_string(dataset.label(suspect.chip)),
                         Number(suspect.own_similarity),
                         std::to_string(suspect.other_label),
                         Number(suspect.other_similarity)});
  }
  return table;
}

std::string PeopleTable(const ChipDataset& dataset,
                        const DatasetReport& report) {
  std::vector<std::string> names(report.people.size());
  for (const ChipRecord& record : dataset.records()) {
    if (record.label >= 0) {
      names[static_cast<std::size_t>(record.label)] = record.identity;
    }
  }
  std::string table = CsvLine(Row{"label", "identity", "chips", "cohesion"});
  for (std::size_t label = 0; label < names.size(); ++label) {
    table += CsvLine(Row{std::to_string(label),
                         names[label],
                         std::to_string(report.people[label].num_chips),
                         Number(report.people[label].cohesion)});
  }
  return table;
}

std::string DuplicatesTable(const ChipDataset& dataset,
                            const DatasetReport& report) {
  std::string table = CsvLine(
      Row{"first", "second", "similarity", "first_source", "second_source"});
  for (const DuplicatePair& pair : report.duplicates) {
    table += CsvLine(Row{std::to_string(pair.first),
                         std::to_string(pair.second),
                         Number(pair.similarity),
                         dataset.record(pair.first).source,
                         dataset.record(pair.second).source});
  }
  return table;
}

std::string SimilarPeopleTable(const DatasetReport& report) {
  std::string table = CsvLine(Row{"first_label", "second_label", "similarity"});
  for (const SimilarPeople& pair : report.similar_people) {
    table += CsvLine(Row{std::to_string(pair.first),
                         std::to_string(pair.second),
                         Number(pair.similarity)});
  }
  return table;
}

}  // namespace

Result<void> WriteDataReport(const ChipDataset& dataset,
                             const DatasetReport& report,
                             const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::kIo, folder.string() + ": " + error.message()};
  }
  MIEN_ASSIGN_OR_RETURN(const std::string page, MakePage(dataset, report));
  const std::pair<const char*, std::string> files[] = {
      {"people.csv", PeopleTable(dataset, report)},
      {"mislabelled.csv", SuspectsTable(dataset, report.mislabelled)},
      {"outliers.csv", SuspectsTable(dataset, report.outliers)},
      {"duplicates.csv", DuplicatesTable(dataset, report)},
      {"similar_people.csv", SimilarPeopleTable(report)},
      {"report.html", page}};
  for (const auto& [name, text] : files) {
    MIEN_RETURN_IF_ERROR(WriteFileAtomically(folder / name, text));
  }
  return {};
}

}  // namespace mien::cli
