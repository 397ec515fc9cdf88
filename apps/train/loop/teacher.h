// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "mien/model.h"
#include "train/executor/torch_net.h"
#include "train/torch.h"

namespace mien::train {

/// A trained network that is asked, in every step, about the very chips that
/// the learning one sees: "a good teacher is patient and consistent" (Beyer et
/// al. 2022, arXiv:2106.05237). From few pictures more can be learned that way
/// than from embeddings of the unchanged chips.
///
/// Thread safety: none.
class Teacher {
 public:
  /// Loads an ONNX embedding model; `profile` describes one without a contract.
  ///
  /// Throws TrainError for a model that cannot be read or run by the trainer,
  /// or that wants other chips than those of ArcFace's template.
  Teacher(const std::filesystem::path& model,
          const std::string& profile,
          const TorchNetOptions& options);

  [[nodiscard]] int embedding_size() const { return contract_.embedding_size; }

  /// Embeddings [B, embedding_size()] float32 of unit length, without gradient,
  /// of RGB chips [B, S, S, 3] of levels in [0, 255], resized to its own input
  /// where S differs.
  Tensor Embed(const Tensor& pixels);

 private:
  ModelContract contract_;
  std::unique_ptr<TorchNet> net_;
};

}  // namespace mien::train
