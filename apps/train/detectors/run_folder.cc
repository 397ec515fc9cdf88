// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/run_folder.h"

#include <csignal>
#include <cstdlib>
#include <sstream>

#include "core/file.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

volatile std::sig_atomic_t stop_requested = 0;

void RequestStop(int /*signal*/) { stop_requested = 1; }

// The header and the lines up to `last_step` of the table in `text`.
std::string LinesUpTo(const std::string& text, std::int64_t last_step) {
  std::istringstream lines(text);
  std::string kept;
  std::string line;
  while (std::getline(lines, line)) {
    const bool is_header = kept.empty();
    if (is_header || std::atoll(line.c_str()) <= last_step) {
      kept += line + "\n";
    }
  }
  return kept;
}

}  // namespace

MetricsFile::MetricsFile(const std::filesystem::path& path,
                         std::int64_t last_step) {
  if (last_step > 0 && std::filesystem::exists(path)) {
    const auto text = ReadTextFile(path);
    const std::string kept = text ? LinesUpTo(*text, last_step) : "";
    has_header_ = !kept.empty() && WriteFileAtomically(path, kept).has_value();
  }
  file_ = std::fopen(path.c_str(), has_header_ ? "a" : "w");
  if (file_ == nullptr) {
    throw TrainError(path.string() + ": cannot be written");
  }
}

MetricsFile::~MetricsFile() { std::fclose(file_); }

void MetricsFile::Add(const Row& row) {
  std::string header;
  std::string line;
  for (const auto& [name, value] : row) {
    const char* separator = line.empty() ? "" : ",";
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    header += separator + name;
    line += separator + std::string(text);
  }
  if (!has_header_) {
    std::fprintf(file_, "%s\n", header.c_str());
    has_header_ = true;
  }
  std::fprintf(file_, "%s\n", line.c_str());
  std::fflush(file_);
}

void PrintRow(const MetricsFile::Row& row) {
  std::string line;
  for (const auto& [name, value] : row) {
    char text[64];
    std::snprintf(text, sizeof text, "%s %.4g  ", name.c_str(), value);
    line += text;
  }
  std::fprintf(stderr, "%s\n", line.c_str());
}

void CatchStopSignals() {
  std::signal(SIGINT, RequestStop);
  std::signal(SIGTERM, RequestStop);
}

bool StopRequested() { return stop_requested != 0; }

}  // namespace mien::train
