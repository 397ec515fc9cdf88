// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <omp.h>

namespace mien::onednn {

/// Sets the number of OpenMP threads of the calling thread while it lives;
/// other threads keep theirs.
class OmpThreads {
 public:
  explicit OmpThreads(int count) : previous_(omp_get_max_threads()) {
    omp_set_num_threads(count);
  }

  OmpThreads(const OmpThreads&) = delete;
  OmpThreads& operator=(const OmpThreads&) = delete;

  ~OmpThreads() { omp_set_num_threads(previous_); }

 private:
  int previous_;
};

}  // namespace mien::onednn
