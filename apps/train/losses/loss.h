// SPDX-License-Identifier: Apache-2.0
//
// What every loss on embeddings looks like. A loss is one file beside this one
// with its formula and paper, and one line in make_loss.cc.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "train/torch.h"

namespace mien::train {

/// One mini-batch as a loss sees it.
struct LossInput {
  /// Output of the network before it is scaled to unit length, [B, d] float32,
  /// with gradient.
  Tensor features;

  /// The same rows at unit length, [B, d], with gradient.
  Tensor embeddings;

  /// Identity of each row, [B] int64 in [0, num_identities); -1 where the
  /// picture has no label. Losses that need labels skip such rows.
  Tensor labels;

  /// Unit-length embedding of the same picture by the teacher, [B, t];
  /// undefined when there is no teacher.
  Tensor teacher;
};

/// A loss and what is worth showing beside it.
struct LossValue {
  /// Scalar, with gradient; a zero with gradient when no row took part.
  Tensor loss;

  /// For the log: "active_triplets" (share in [0, 1]), "accuracy", ...
  std::map<std::string, double> metrics;
};

/// What losses may need to know beforehand.
struct LossSetting {
  std::int64_t embedding_size = 512;
  std::int64_t num_identities = 0;
  std::int64_t teacher_size = 0;
  std::uint64_t seed = 1;

  /// Where parameters and buffers of the loss are created.
  torch::Device device = torch::kCPU;
};

/// A training objective on embeddings.
///
/// Thread safety: none; one training loop uses one loss.
class Loss {
 public:
  Loss() = default;
  Loss(const Loss&) = delete;
  Loss& operator=(const Loss&) = delete;
  virtual ~Loss() = default;

  /// Throws TrainError when `input` lacks what the loss needs.
  virtual LossValue operator()(const LossInput& input) = 0;

  /// Weights of its own that are learned with the network, by name: class
  /// centres, the projection to the teacher's space. Float32 leaf tensors with
  /// requires_grad; empty for most losses.
  virtual std::vector<std::pair<std::string, Tensor>> parameters() {
    return {};
  }

  /// State that is kept but not learned by gradient (the centres of the centre
  /// loss), saved in checkpoints; tensors are updated in place.
  virtual std::vector<std::pair<std::string, Tensor>> buffers() { return {}; }
};

/// The loss called `spec`, with options after a colon:
/// "triplet:selection=semi-hard,margin=0.2", "arcface:scale=64,margin=0.5".
/// Several are joined by "+", each with its weight after "=":
/// "distill=1+arcface=0.1:scale=64"; a weight of 1 may be left out.
/// `LossHelp()` lists all names and options with their defaults.
///
///     spec  = part *( "+" part )
///     part  = name [ "=" weight ] [ ":" option *( "," option ) ]
///     option = name "=" value
///
/// Throws TrainError that names the unknown loss or option and lists the known.
std::unique_ptr<Loss> MakeLoss(std::string_view spec,
                               const LossSetting& setting);

/// One line per loss: name, options, defaults, paper.
std::string LossHelp();

}  // namespace mien::train
