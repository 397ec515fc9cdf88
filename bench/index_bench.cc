// SPDX-License-Identifier: Apache-2.0
//
// Exact search of mien against faiss IndexFlatIP on the same random unit
// vectors, on one thread, in turns, after the answers were found equal. The
// probes are near copies of rows, as those of enrolled people are.
//
//   index_bench [rows] [dimension] [rounds]
//
// Prints one JSON object for each number of probes.
#include <faiss/IndexFlat.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "index/bound_scan.h"
#include "index/exact_index.h"

namespace {

constexpr int kAnswers = 10;

std::vector<float> RandomUnitVectors(std::size_t count,
                                     std::size_t dimension,
                                     unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> vectors(count * dimension);
  for (std::size_t i = 0; i < count; ++i) {
    float* row = &vectors[i * dimension];
    double squared = 0.0;
    for (std::size_t j = 0; j < dimension; ++j) {
      row[j] = normal(random);
      squared += static_cast<double>(row[j]) * row[j];
    }
    for (std::size_t j = 0; j < dimension; ++j) {
      row[j] = static_cast<float>(row[j] / std::sqrt(squared));
    }
  }
  return vectors;
}

/// Rows of `vectors` with noise that leaves a cosine similarity near 0.6.
std::vector<float> NearCopies(const std::vector<float>& vectors,
                              std::size_t dimension,
                              std::size_t count) {
  std::mt19937 random(3);
  const std::vector<float> noise = RandomUnitVectors(count, dimension, 4);
  std::vector<float> probes(count * dimension);
  for (std::size_t p = 0; p < count; ++p) {
    const std::size_t row = random() % (vectors.size() / dimension);
    double squared = 0.0;
    for (std::size_t j = 0; j < dimension; ++j) {
      float& value = probes[p * dimension + j];
      value =
          0.6F * vectors[row * dimension + j] + 0.8F * noise[p * dimension + j];
      squared += static_cast<double>(value) * value;
    }
    for (std::size_t j = 0; j < dimension; ++j) {
      probes[p * dimension + j] /= static_cast<float>(std::sqrt(squared));
    }
  }
  return probes;
}

template <typename Function>
double Milliseconds(const Function& function) {
  const auto start = std::chrono::steady_clock::now();
  function();
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now() - start)
      .count();
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Answers at the same place may differ only where their similarities are equal
/// to float rounding.
bool SameAnswers(const std::vector<std::vector<mien::Neighbor>>& ours,
                 const std::vector<faiss::Index::idx_t>& ids,
                 const std::vector<float>& similarities) {
  for (std::size_t p = 0; p < ours.size(); ++p) {
    for (std::size_t i = 0; i < ours[p].size(); ++i) {
      const std::size_t at = p * kAnswers + i;
      const bool is_same_id =
          ours[p][i].id == static_cast<std::uint64_t>(ids[at]);
      const float difference =
          std::abs(ours[p][i].cosine_similarity - similarities[at]);
      if (difference > 2e-6F || (!is_same_id && difference > 5e-7F)) {
        return false;
      }
    }
  }
  return true;
}

void Compare(const mien::ExactIndex& ours,
             const faiss::IndexFlatIP& flat,
             const std::vector<float>& probes,
             int rounds) {
  const std::size_t num_probes =
      probes.size() / static_cast<std::size_t>(ours.dimension());
  std::vector<faiss::Index::idx_t> ids(num_probes * kAnswers);
  std::vector<float> similarities(ids.size());
  std::vector<std::vector<mien::Neighbor>> found;
  std::vector<double> our_ms;
  std::vector<double> faiss_ms;
  for (int round = 0; round < rounds; ++round) {
    our_ms.push_back(Milliseconds(
        [&] { found = ours.Search(probes, {.k = kAnswers}).value(); }));
    faiss_ms.push_back(Milliseconds([&] {
      flat.search(static_cast<faiss::Index::idx_t>(num_probes),
                  probes.data(),
                  kAnswers,
                  similarities.data(),
                  ids.data());
    }));
    if (!SameAnswers(found, ids, similarities)) {
      std::fprintf(stderr, "index_bench: the answers differ\n");
      std::exit(1);
    }
  }
  std::printf(
      "{\"rows\": %zu, \"dimension\": %d, \"probes\": %zu, \"rounds\": %d, "
      "\"kernel\": \"%s\", \"mien_ms\": %.2f, \"faiss_ms\": %.2f, "
      "\"ratio\": %.2f, \"mien_mb\": %.0f, \"faiss_mb\": %.0f}\n",
      ours.size(),
      ours.dimension(),
      num_probes,
      rounds,
      std::string(mien::UsableBoundScans().front().name).c_str(),
      Median(our_ms),
      Median(faiss_ms),
      Median(faiss_ms) / Median(our_ms),
      static_cast<double>(ours.memory_bytes()) / 1e6,
      static_cast<double>(flat.ntotal) * flat.d * 4.0 / 1e6);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, int fallback) {
    return argc > i ? std::atoi(argv[i]) : fallback;
  };
  const auto rows = static_cast<std::size_t>(argument(1, 1'000'000));
  const auto dimension = static_cast<std::size_t>(argument(2, 512));
  const int rounds = argument(3, 9);
  omp_set_num_threads(1);

  const std::vector<float> vectors = RandomUnitVectors(rows, dimension, 1);
  faiss::IndexFlatIP flat(static_cast<faiss::Index::idx_t>(dimension));
  flat.add(static_cast<faiss::Index::idx_t>(rows), vectors.data());
  mien::ExactIndex ours(static_cast<int>(dimension),
                        mien::RowStorage::kTempFile);
  const double build_ms = Milliseconds([&] {
    for (std::size_t i = 0; i < rows; ++i) {
      const auto added =
          ours.Add(i, std::span(vectors).subspan(i * dimension, dimension));
      if (!added) {
        std::fprintf(
            stderr, "index_bench: %s\n", added.error().message.c_str());
        std::exit(1);
      }
    }
  });
  std::fprintf(stderr, "built in %.1f s\n", build_ms / 1000.0);
  for (const std::size_t num_probes : {1U, 32U}) {
    Compare(ours, flat, NearCopies(vectors, dimension, num_probes), rounds);
  }
  return 0;
}
