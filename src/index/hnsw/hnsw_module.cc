// SPDX-License-Identifier: Apache-2.0
//
// HNSW (Malkov and Yashunin 2018, arXiv:1603.09320) by faiss. Rows of length 1
// are compared by Euclidean distance, which orders them as cosine similarity
// does, and kept as float, which faiss compares without decoding.
#include "index/hnsw/hnsw_module.h"

#include <faiss/IndexHNSW.h>
#include <omp.h>

#include <exception>
#include <vector>

namespace mien {
namespace {

/// Makes OpenMP use one thread in this thread as long as it lives.
class OneThread {
 public:
  OneThread() { omp_set_num_threads(1); }

  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

  ~OneThread() { omp_set_num_threads(before_); }

 private:
  int before_ = omp_get_max_threads();
};

class FaissHnswGraph final : public HnswGraph {
 public:
  FaissHnswGraph(int dimension, int links, int effort)
      : index_(dimension, links, faiss::METRIC_L2) {
    index_.hnsw.efConstruction = effort;
  }

  bool Add(const float* rows, std::size_t num_rows) noexcept override {
    try {
      index_.add(static_cast<faiss::Index::idx_t>(num_rows), rows);
    } catch (const std::exception&) {
      return false;
    }
    return true;
  }

  bool Search(const float* probe,
              int k,
              int effort,
              std::int64_t* positions) const noexcept override {
    try {
      std::vector<float> distances(static_cast<std::size_t>(k));
      std::vector<faiss::Index::idx_t> labels(distances.size());
      // faiss starts a team of threads even for one probe.
      const OneThread one_thread;
      faiss::SearchParametersHNSW parameters;
      parameters.efSearch = effort;
      index_.search(1, probe, k, distances.data(), labels.data(), &parameters);
      for (std::size_t i = 0; i < labels.size(); ++i) {
        positions[i] = labels[i];
      }
    } catch (const std::exception&) {
      return false;
    }
    return true;
  }

 private:
  faiss::IndexHNSWFlat index_;
};

}  // namespace
}  // namespace mien

extern "C" __attribute__((visibility("default"))) mien::HnswGraph*
mien_create_hnsw_graph(int dimension, int links, int effort) {
  try {
    return new mien::FaissHnswGraph(dimension, links, effort);
  } catch (const std::exception&) {
    return nullptr;
  }
}
