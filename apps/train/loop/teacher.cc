// SPDX-License-Identifier: Apache-2.0
#include "train/loop/teacher.h"

#include "embed/free_batch.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "train/loop/pixel_input.h"
#include "train/losses/batch.h"
#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {

Teacher::Teacher(const std::filesystem::path& model,
                 const std::string& profile,
                 const TorchNetOptions& options) {
  const Graph graph = ValueOrThrow(LoadOnnx(model));
  contract_ = ValueOrThrow(ContractOrProfile(graph, profile));
  if (contract_.task != ModelTask::kEmbed ||
      contract_.chip_template != ChipTemplate::kArcFace) {
    throw TrainError(model.string() +
                     ": cannot teach; must be an embedding model for chips of "
                     "ArcFace's template");
  }
  net_ = std::make_unique<TorchNet>(ValueOrThrow(FreeBatch(graph)), options);
}

Tensor Teacher::Embed(const Tensor& pixels) {
  const torch::NoGradGuard no_grad;
  Tensor x = NetworkInput(pixels, contract_);
  const std::int64_t side = contract_.input_width;
  if (x.size(2) != side) {
    x = at::_upsample_bilinear2d_aa(x, {side, side}, /*align_corners=*/false);
  }
  return Normalized(net_->Forward(x, net_->output(), Mode::kEval));
}

}  // namespace mien::train
