// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mien::server {

/// Counters, gauges and histograms in Prometheus' text format, version 0.0.4.
///
/// `labels` are written as they appear between the braces:
/// `route="/v1/detect",status="200"`.
///
/// Thread safety: all methods may run concurrently.
class Metrics {
 public:
  /// Adds `amount` to a counter.
  void Count(std::string_view name,
             std::string_view help,
             std::string_view labels = {},
             double amount = 1.0);

  /// Adds a value to a histogram of durations in seconds.
  void ObserveSeconds(std::string_view name,
                      std::string_view help,
                      std::string_view labels,
                      double seconds);

  /// The same for a histogram of small counts.
  void ObserveCount(std::string_view name, std::string_view help, int count);

  /// A value that `read` is asked for whenever metrics are written.
  void AddGauge(std::string name,
                std::string help,
                std::function<double()> read);

  [[nodiscard]] std::string Text() const;

 private:
  struct Histogram {
    std::vector<std::uint64_t> counts;  ///< per bound, not cumulative
    double sum = 0.0;
    std::uint64_t num = 0;
  };

  struct Family {
    std::string help;
    std::vector<double> bounds;  ///< empty for a counter
    std::map<std::string, double, std::less<>> counters;
    std::map<std::string, Histogram, std::less<>> histograms;
  };

  struct Gauge {
    std::string help;
    std::function<double()> read;
  };

  void Observe(std::string_view name,
               std::string_view help,
               std::vector<double> bounds,
               std::string_view labels,
               double value);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
  std::map<std::string, Gauge, std::less<>> gauges_;
};

/// Memory that this process holds in RAM, in bytes.
double ResidentBytes();

}  // namespace mien::server
