// SPDX-License-Identifier: Apache-2.0
//
// How long a gallery takes until it can be searched, and one search:
//
//   gallery_bench make FILE [templates] [dimension]   one template a subject
//   gallery_bench plain FILE    reads all templates
//   gallery_bench file FILE     by the index file beside it, made if need be
//   gallery_bench hnsw FILE     how a graph compares with exact search
//
// The last three print one JSON object; each runs in a process of its own, so
// that peak_mb is its own.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "gallery/gallery_index.h"
#include "gallery/sqlite/database.h"

namespace {

constexpr const char* kModel = "sha256:0123456789abcdef";
constexpr int kSearches = 31;
constexpr int kAnswers = 5;

std::vector<float> UnitVector(std::mt19937& random, std::size_t dimension) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(dimension);
  double squared = 0.0;
  for (float& value : vector) {
    value = normal(random);
    squared += static_cast<double>(value) * value;
  }
  for (float& value : vector) {
    value = static_cast<float>(value / std::sqrt(squared));
  }
  return vector;
}

/// Time on the clock and time on the CPU; the latter does not depend on what
/// else the machine does.
struct Moment {
  std::chrono::steady_clock::time_point clock =
      std::chrono::steady_clock::now();
  double cpu_seconds = CpuSeconds();

  static double CpuSeconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) +
             1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }

  [[nodiscard]] double SecondsSince() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         clock)
        .count();
  }

  [[nodiscard]] double CpuSecondsSince() const {
    return CpuSeconds() - cpu_seconds;
  }
};

template <typename T>
T OrDie(mien::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "gallery_bench: %s\n", result.error().message.c_str());
    std::exit(1);
  }
  return std::move(result).value();
}

void OrDie(const mien::Result<void>& result) {
  if (!result) {
    std::fprintf(stderr, "gallery_bench: %s\n", result.error().message.c_str());
    std::exit(1);
  }
}

/// All in one transaction: a million acknowledged ones would take an hour.
void Make(const std::filesystem::path& path, int count, std::size_t dimension) {
  OrDie(mien::Gallery::Open(path));
  const auto database = OrDie(mien::sqlite::Database::Open(path, {}));
  auto transaction = OrDie(mien::sqlite::Transaction::Begin(database));
  OrDie(database.Execute("INSERT INTO collections (name) VALUES ('default')"));
  std::mt19937 random(1);
  for (int i = 1; i <= count; ++i) {
    const std::string name = "person " + std::to_string(i);
    const std::vector<float> vector = UnitVector(random, dimension);
    OrDie(database.Execute(
        "INSERT INTO subjects (collection_id, name, created) VALUES (1, ?, 0)",
        std::string_view(name)));
    OrDie(database.Execute(
        "INSERT INTO templates (subject_id, model_id, digest, polarity,"
        " quality, source, enrolled, embedding)"
        " VALUES (?, ?, ?, 0, 0.5, ?, 0, ?)",
        std::int64_t{i},
        std::string_view(kModel),
        std::string_view(name),
        std::string_view(name),
        std::as_bytes(std::span(vector))));
  }
  OrDie(transaction.Commit());
}

void Measure(const std::filesystem::path& path, bool with_file) {
  const auto gallery = OrDie(mien::Gallery::Open(path, {.read_only = true}));
  const Moment start;
  const auto index = OrDie(mien::GalleryIndex::Build(
      *gallery,
      "default",
      kModel,
      {.beside = with_file ? path : std::filesystem::path()}));
  const double start_seconds = start.SecondsSince();
  const double start_cpu_seconds = start.CpuSecondsSince();
  if (!index->notice().empty()) {
    std::fprintf(stderr, "gallery_bench: %s\n", index->notice().c_str());
  }
  std::size_t dimension = 0;
  OrDie(gallery->ReadEmbeddings(std::vector<std::int64_t>{1},
                                [&](std::int64_t, std::span<const float> row) {
                                  dimension = row.size();
                                }));
  std::mt19937 random(2);
  std::vector<double> milliseconds;
  std::int64_t checksum = 0;
  for (int i = 0; i < kSearches; ++i) {
    const auto probe = UnitVector(random, dimension);
    const Moment search;
    const auto found = OrDie(index->Search(probe, kAnswers));
    milliseconds.push_back(1e3 * search.CpuSecondsSince());
    for (const auto& subject : found.front()) {
      checksum = checksum * 31 % 1'000'000'007 + subject.subject_id;
    }
  }
  const double first = milliseconds.front();
  std::ranges::sort(milliseconds);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"templates\": %zu, \"dimension\": %zu, \"index_file\": %s, "
      "\"start_s\": %.2f, \"start_cpu_s\": %.2f, \"first_search_cpu_ms\": "
      "%.1f, "
      "\"search_cpu_ms\": %.1f, "
      "\"peak_mb\": %.0f, \"answers\": %lld}\n",
      index->num_templates(),
      dimension,
      with_file ? "true" : "false",
      start_seconds,
      start_cpu_seconds,
      first,
      milliseconds[milliseconds.size() / 2],
      static_cast<double>(usage.ru_maxrss) / 1024.0,
      static_cast<long long>(checksum));
}

void MeasureGraph(const std::filesystem::path& path) {
  const auto gallery = OrDie(mien::Gallery::Open(path, {.read_only = true}));
  const auto index = OrDie(mien::GalleryIndex::Build(
      *gallery, "default", kModel, {.method = mien::SearchMethod::kHnsw}));
  const auto& measured = index->approximation();
  if (measured) {
    std::printf(
        "{\"templates\": %zu, \"recall\": %.3f, \"neighbors\": %d, "
        "\"probes\": %d, \"hnsw_ms\": %.2f, \"exact_ms\": %.2f, "
        "\"build_s\": %.1f}\n",
        index->num_templates(),
        measured->recall,
        measured->num_neighbors,
        measured->num_probes,
        measured->milliseconds,
        measured->exact_milliseconds,
        measured->build_seconds);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 2 ? argv[1] : "";
  if (what == "make") {
    Make(argv[2],
         argc > 3 ? std::atoi(argv[3]) : 1'000'000,
         argc > 4 ? static_cast<std::size_t>(std::atoi(argv[4])) : 512);
  } else if (what == "plain" || what == "file") {
    Measure(argv[2], what == "file");
  } else if (what == "hnsw") {
    MeasureGraph(argv[2]);
  } else {
    std::fprintf(stderr, "usage: gallery_bench make|plain|file|hnsw FILE\n");
    return 2;
  }
  return 0;
}
