// SPDX-License-Identifier: Apache-2.0
//
// Search in a graph (HNSW) against exact search, on one thread, both with the
// float rows in memory:
//
//   graph_bench [rows] [dimension] [probes]
//
// The vectors are made as face templates are: four of each person, whose cosine
// similarity is about 0.6, in directions of unequal weight, so that strangers'
// similarities spread by about 0.12. Probes are further ones of the same
// people. Prints one JSON object; times are of the CPU.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "index/exact_index.h"
#include "index/hnsw_index.h"

namespace {

constexpr int kAnswers = 10;
constexpr std::size_t kTemplatesPerPerson = 4;
constexpr float kSimilarityWithin = 0.6F;
constexpr float kSpread = 0.4F;

/// Pictures of people, in order of their numbers.
class People {
 public:
  explicit People(std::size_t dimension) : weights_(dimension) {
    for (std::size_t i = 0; i < dimension; ++i) {
      weights_[i] = std::pow(static_cast<float>(i + 1), -kSpread);
    }
  }

  std::vector<float> Picture(unsigned person, unsigned picture) const {
    const std::vector<float> own = Direction(2 * person);
    const std::vector<float> other = Direction(2 * (person * 64 + picture) + 1);
    std::vector<float> vector(weights_.size());
    for (std::size_t i = 0; i < vector.size(); ++i) {
      vector[i] = std::sqrt(kSimilarityWithin) * own[i] +
                  std::sqrt(1.0F - kSimilarityWithin) * other[i];
    }
    Normalize(vector);
    return vector;
  }

 private:
  static void Normalize(std::vector<float>& vector) {
    const float length = std::sqrt(
        std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0F));
    for (float& value : vector) {
      value /= length;
    }
  }

  [[nodiscard]] std::vector<float> Direction(unsigned seed) const {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> vector(weights_.size());
    for (std::size_t i = 0; i < vector.size(); ++i) {
      vector[i] = weights_[i] * normal(random);
    }
    Normalize(vector);
    return vector;
  }

  std::vector<float> weights_;
};

/// Rows by position, in memory.
class MemoryRows : public mien::RowSource {
 public:
  explicit MemoryRows(std::size_t dimension) : dimension_(dimension) {}

  void Append(const std::vector<float>& row) {
    values_.insert(values_.end(), row.begin(), row.end());
  }

  void Reserve(std::size_t count) { values_.reserve(count * dimension_); }

  [[nodiscard]] std::span<const float> row(std::size_t i) const {
    return std::span(values_).subspan(i * dimension_, dimension_);
  }

  mien::Result<void> Read(
      std::span<const std::uint64_t> ids,
      const std::function<void(std::uint64_t, std::span<const float>)>& visit)
      const override {
    for (const std::uint64_t id : ids) {
      visit(id, row(id));
    }
    return {};
  }

 private:
  std::size_t dimension_;
  std::vector<float> values_;
};

double CpuSeconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

template <typename T>
T OrDie(mien::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "graph_bench: %s\n", result.error().message.c_str());
    std::exit(1);
  }
  return std::move(result).value();
}

void OrDie(const mien::Result<void>& result) {
  if (!result) {
    std::fprintf(stderr, "graph_bench: %s\n", result.error().message.c_str());
    std::exit(1);
  }
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Comparison {
  double recall_at_1 = 0.0;
  double recall_at_10 = 0.0;
  double graph_ms = 0.0;
  double exact_ms = 0.0;
};

Comparison Compare(const mien::HnswIndex& graph,
                   const mien::ExactIndex& exact,
                   const People& people,
                   unsigned num_probes) {
  const auto num_people =
      static_cast<unsigned>(exact.size() / kTemplatesPerPerson);
  Comparison sum;
  std::vector<double> graph_ms;
  std::vector<double> exact_ms;
  std::mt19937 random(9);
  for (unsigned p = 0; p < num_probes; ++p) {
    const auto probe = people.Picture(
        static_cast<unsigned>(random() % num_people), kTemplatesPerPerson);
    const double start = CpuSeconds();
    const auto nearest = OrDie(exact.Search(probe, {.k = kAnswers})).front();
    const double middle = CpuSeconds();
    const auto found = OrDie(graph.Search(probe, kAnswers));
    graph_ms.push_back(1e3 * (CpuSeconds() - middle));
    exact_ms.push_back(1e3 * (middle - start));
    sum.recall_at_1 += found.front().id == nearest.front().id ? 1 : 0;
    for (const mien::Neighbor& neighbor : found) {
      sum.recall_at_10 +=
          std::ranges::find(nearest, neighbor.id, &mien::Neighbor::id) !=
                  nearest.end()
              ? 0.1
              : 0.0;
    }
  }
  return {sum.recall_at_1 / num_probes,
          sum.recall_at_10 / num_probes,
          Median(graph_ms),
          Median(exact_ms)};
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, int fallback) {
    return argc > i ? std::atoi(argv[i]) : fallback;
  };
  const auto num_rows = static_cast<std::size_t>(argument(1, 100'000));
  const auto dimension = static_cast<std::size_t>(argument(2, 512));
  const auto num_probes = static_cast<unsigned>(argument(3, 500));

  const People people(dimension);
  MemoryRows rows(dimension);
  rows.Reserve(num_rows);
  mien::ExactIndex exact(static_cast<int>(dimension));
  exact.UseRowsOf(rows);
  for (std::size_t i = 0; i < num_rows; ++i) {
    rows.Append(people.Picture(static_cast<unsigned>(i / kTemplatesPerPerson),
                               static_cast<unsigned>(i % kTemplatesPerPerson)));
    OrDie(exact.Add(i, rows.row(i)));
  }
  auto graph =
      OrDie(mien::HnswIndex::Create(static_cast<int>(dimension), rows));
  const double start = CpuSeconds();
  OrDie(graph.Add(exact, exact.ids()));
  const double build_s = CpuSeconds() - start;
  const Comparison found = Compare(graph, exact, people, num_probes);
  std::printf(
      "{\"rows\": %zu, \"dimension\": %zu, \"probes\": %u, \"build_cpu_s\": "
      "%.1f, \"rows_per_cpu_s\": %.0f, \"graph_mb\": %.0f, \"exact_mb\": %.0f, "
      "\"recall_at_1\": %.4f, \"recall_at_10\": %.4f, \"graph_ms\": %.3f, "
      "\"exact_ms\": %.3f, \"ratio\": %.1f}\n",
      num_rows,
      dimension,
      num_probes,
      build_s,
      static_cast<double>(num_rows) / build_s,
      static_cast<double>(graph.memory_bytes()) / 1e6,
      static_cast<double>(exact.memory_bytes()) / 1e6,
      found.recall_at_1,
      found.recall_at_10,
      found.graph_ms,
      found.exact_ms,
      found.exact_ms / found.graph_ms);
  return 0;
}
