// SPDX-License-Identifier: Apache-2.0
#include "metrics.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "core/file.h"

namespace mien::server {
namespace {

std::string NumberText(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.15g", value);
  return text;
}

void WriteHead(std::string& text,
               const std::string& name,
               const std::string& help,
               const char* type) {
  text +=
      "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

/// name{labels,extra} value
void WriteSample(std::string& text,
                 const std::string& name,
                 const std::string& labels,
                 const std::string& extra,
                 double value) {
  text += name;
  if (!labels.empty() || !extra.empty()) {
    const char* comma = labels.empty() || extra.empty() ? "" : ",";
    text += "{" + labels + comma + extra + "}";
  }
  text += " " + NumberText(value) + "\n";
}

}  // namespace

void Metrics::Count(std::string_view name,
                    std::string_view help,
                    std::string_view labels,
                    double amount) {
  const std::lock_guard lock(mutex_);
  Family& family = families_[std::string(name)];
  family.help = help;
  family.counters[std::string(labels)] += amount;
}

void Metrics::ObserveSeconds(std::string_view name,
                             std::string_view help,
                             std::string_view labels,
                             double seconds) {
  Observe(
      name,
      help,
      {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10},
      labels,
      seconds);
}

void Metrics::ObserveCount(std::string_view name,
                           std::string_view help,
                           int count) {
  Observe(name, help, {1, 2, 4, 8, 16, 32, 64}, {}, count);
}

void Metrics::Observe(std::string_view name,
                      std::string_view help,
                      std::vector<double> bounds,
                      std::string_view labels,
                      double value) {
  const std::lock_guard lock(mutex_);
  Family& family = families_[std::string(name)];
  if (family.bounds.empty()) {
    family.help = help;
    family.bounds = std::move(bounds);
  }
  Histogram& histogram = family.histograms[std::string(labels)];
  histogram.counts.resize(family.bounds.size());
  const auto bound = std::ranges::lower_bound(family.bounds, value);
  if (bound != family.bounds.end()) {
    ++histogram.counts[static_cast<std::size_t>(bound - family.bounds.begin())];
  }
  histogram.sum += value;
  ++histogram.num;
}

void Metrics::AddGauge(std::string name,
                       std::string help,
                       std::function<double()> read) {
  const std::lock_guard lock(mutex_);
  gauges_[std::move(name)] = {std::move(help), std::move(read)};
}

std::string Metrics::Text() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [name, gauge] : gauges_) {
    WriteHead(text, name, gauge.help, "gauge");
    WriteSample(text, name, "", "", gauge.read());
  }
  for (const auto& [name, family] : families_) {
    WriteHead(text,
              name,
              family.help,
              family.bounds.empty() ? "counter" : "histogram");
    for (const auto& [labels, value] : family.counters) {
      WriteSample(text, name, labels, "", value);
    }
    for (const auto& [labels, histogram] : family.histograms) {
      std::uint64_t cumulative = 0;
      for (std::size_t i = 0; i < family.bounds.size(); ++i) {
        cumulative += histogram.counts[i];
        WriteSample(text,
                    name + "_bucket",
                    labels,
                    "le=\"" + NumberText(family.bounds[i]) + "\"",
                    static_cast<double>(cumulative));
      }
      const auto num = static_cast<double>(histogram.num);
      WriteSample(text, name + "_bucket", labels, "le=\"+Inf\"", num);
      WriteSample(text, name + "_sum", labels, "", histogram.sum);
      WriteSample(text, name + "_count", labels, "", num);
    }
  }
  return text;
}

double ResidentBytes() {
  // "size resident shared ..." in pages.
  const auto statm = ReadTextFile("/proc/self/statm");
  long long resident = 0;
  if (!statm || std::sscanf(statm->c_str(), "%*d %lld", &resident) != 1) {
    return 0.0;
  }
  return static_cast<double>(resident) *
         static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace mien::server
