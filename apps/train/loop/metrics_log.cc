// SPDX-License-Identifier: Apache-2.0
#include "train/loop/metrics_log.h"

#include <charconv>
#include <set>
#include <utility>

#include "core/file.h"
#include "data/csv.h"
#include "eval/plot_svg.h"
#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {
namespace {

constexpr const char* kFile = "metrics.csv";

std::string NumberText(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(),
                                 text.data() + text.size(),
                                 value,
                                 std::chars_format::general,
                                 7);
  return {text.data(), end.ptr};
}

double ParseNumber(const std::filesystem::path& path,
                   int line,
                   const std::string& text) {
  double value = 0.0;
  const auto end =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    throw TrainError(path.string() + ": line " + std::to_string(line) + ": \"" +
                     text + "\" is no number");
  }
  return value;
}

}  // namespace

MetricsLog::MetricsLog(std::filesystem::path folder, std::int64_t last_step)
    : folder_(std::move(folder)) {
  const std::filesystem::path path = folder_ / kFile;
  const auto text = ReadTextFile(path);
  if (!text) {
    return;  // a new run
  }
  CsvReader reader(*text);
  std::vector<std::string> header;
  std::vector<std::string> fields;
  reader.Next(header);
  while (reader.Next(fields)) {
    if (fields.size() != header.size()) {
      throw TrainError(path.string() + ": line " +
                       std::to_string(reader.line()) + " has " +
                       std::to_string(fields.size()) + " fields; must have " +
                       std::to_string(header.size()));
    }
    Row row;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!fields[i].empty()) {
        row.figures[header[i]] = ParseNumber(path, reader.line(), fields[i]);
      }
    }
    row.step = static_cast<std::int64_t>(row.figures["step"]);
    row.figures.erase("step");
    if (row.step <= last_step) {
      rows_.push_back(std::move(row));
    }
  }
}

void MetricsLog::Add(std::int64_t step,
                     const std::map<std::string, double>& figures) {
  if (rows_.empty() || rows_.back().step != step) {
    rows_.push_back({.step = step, .figures = {}});
  }
  for (const auto& [name, value] : figures) {
    rows_.back().figures[name] = value;
  }
}

std::vector<std::string> MetricsLog::Names() const {
  std::set<std::string> names;
  for (const Row& row : rows_) {
    for (const auto& [name, value] : row.figures) {
      names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

void MetricsLog::Save() const {
  const std::vector<std::string> names = Names();
  std::vector<std::string> header = {"step"};
  header.insert(header.end(), names.begin(), names.end());
  std::string table = CsvLine(header);
  std::map<std::string, PlotSeries> curves;
  for (const Row& row : rows_) {
    std::vector<std::string> fields = {std::to_string(row.step)};
    for (const std::string& name : names) {
      const auto found = row.figures.find(name);
      const bool has = found != row.figures.end();
      fields.push_back(has ? NumberText(found->second) : "");
      if (has) {
        curves[name].points.push_back(
            {static_cast<double>(row.step), found->second});
      }
    }
    table += CsvLine(fields);
  }
  ValueOrThrow(WriteFileAtomically(folder_ / kFile, table));
  for (auto& [name, curve] : curves) {
    curve.name = name;
    const Plot plot = {.title = name,
                       .x = {.label = "step"},
                       .y = {.label = name},
                       .series = {curve}};
    ValueOrThrow(
        WriteFileAtomically(folder_ / (name + ".svg"), RenderSvg(plot)));
  }
}

}  // namespace mien::train
