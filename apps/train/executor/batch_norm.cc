// SPDX-License-Identifier: Apache-2.0
#include "train/executor/batch_norm.h"

#include <cmath>

#include "train/executor/channel_rows.h"
#include "train/executor/norm_rows.h"
#include "train/executor/prelu.h"

namespace mien::train {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// PyTorch's: running = 0.9 running + 0.1 of the batch.
constexpr double kMomentum = 0.1;

/// Mean and biased variance of each channel, [C] float64, and over how many
/// elements.
struct Moments {
  Tensor mean;
  Tensor variance;
  double count = 0.0;
};

using Sum = c10::intrusive_ptr<TensorSum>;

void AddOverRanks(const Sum& sum, const Tensor& tensor) {
  if (sum != nullptr) {
    sum->Add(tensor);
  }
}

template <typename T>
Moments MomentsOf(const Tensor& x, const Sum& sum_over_ranks) {
  const ChannelRows rows(x);
  ChunkSums<2> sums(rows);
  // Squares of differences to some row, not of the values themselves, keep
  // their digits where the mean is far from zero.
  const Tensor row =
      x.dim() == 4 ? x.select(0, 0).select(1, 0).select(1, 0) : x.select(0, 0);
  const Tensor origin = row.to(torch::kFloat32).contiguous();
  rows.ForEachChunk(
      [&](std::int64_t chunk, std::int64_t first, std::int64_t n) {
        MomentRows(Elements<T>(x) + first * rows.channels,
                   origin.data_ptr<float>(),
                   sums.Partial(chunk, 0),
                   sums.Partial(chunk, 1),
                   n,
                   rows.channels);
      });
  // Ranks have other origins; around zero, in float64, their sums add up.
  const auto count = static_cast<double>(rows.count);
  const Tensor start = origin.to(torch::kFloat64);
  const Tensor sum = sums.Total(0) + count * start;
  const Tensor squares =
      sums.Total(1) + 2 * start * sums.Total(0) + count * start * start;
  const Tensor all =
      at::cat({sum, squares, torch::full({1}, count, sum.options())});
  AddOverRanks(sum_over_ranks, all);
  Moments moments;
  moments.count = all[2 * rows.channels].item<double>();
  moments.mean = all.slice(0, 0, rows.channels) / moments.count;
  moments.variance =
      (all.slice(0, rows.channels, 2 * rows.channels) / moments.count -
       moments.mean * moments.mean)
          .clamp_min(0.0);
  return moments;
}

Tensor Floats(const Tensor& doubles) { return doubles.to(torch::kFloat32); }

/// What forward leaves to backward; every tensor [C] but the first.
struct Saved {
  Tensor x;
  Tensor gain;
  Tensor offset;
  Tensor slope;
  Tensor mean;
  Tensor inverse_deviation;
  double count = 0.0;  ///< of elements a channel, on all ranks
  Sum sum_over_ranks;

  [[nodiscard]] Affine affine() const {
    return {gain.data_ptr<float>(),
            offset.data_ptr<float>(),
            slope.data_ptr<float>()};
  }
};

void UpdateRunning(const Moments& batch, const NormWeights& weights) {
  const double unbiased = batch.count / std::max(1.0, batch.count - 1.0);
  Tensor mean = weights.running_mean;
  Tensor variance = weights.running_variance;
  mean.mul_(1.0 - kMomentum).add_(Floats(batch.mean), kMomentum);
  variance.mul_(1.0 - kMomentum)
      .add_(Floats(batch.variance), kMomentum * unbiased);
}

template <typename T>
Tensor Forward(const Saved& saved) {
  const Tensor y = at::empty_like(saved.x);
  const ChannelRows rows(saved.x);
  rows.ForEachChunk([&](std::int64_t, std::int64_t first, std::int64_t n) {
    const std::int64_t skip = first * rows.channels;
    ApplyRows(Elements<T>(saved.x) + skip,
              saved.affine(),
              Elements<T>(y) + skip,
              n,
              rows.channels);
  });
  return y;
}

/// Gradients of x, scale, shift and slope.
template <typename T>
variable_list Backward(const Saved& saved, const Tensor& gradient) {
  const ChannelRows rows(saved.x);
  ChunkSums<3> sums(rows);
  rows.ForEachChunk(
      [&](std::int64_t chunk, std::int64_t first, std::int64_t n) {
        const std::int64_t skip = first * rows.channels;
        GradientRows(Elements<T>(saved.x) + skip,
                     Elements<T>(gradient) + skip,
                     saved.affine(),
                     saved.mean.data_ptr<float>(),
                     {sums.Partial(chunk, 0),
                      sums.Partial(chunk, 1),
                      sums.Partial(chunk, 2)},
                     n,
                     rows.channels);
      });
  // Parameters get this rank's share of their gradient, inputs need the whole.
  const Tensor own = at::stack({sums.Total(0), sums.Total(1)});
  const Tensor all = own.clone();
  AddOverRanks(saved.sum_over_ranks, all);
  const Tensor mean_g = Floats(all[0] / saved.count);
  const Tensor mean_g_times_x = Floats(all[1] / saved.count);
  const Tensor x_factor = -saved.gain * saved.inverse_deviation *
                          saved.inverse_deviation * mean_g_times_x;
  const Tensor constant = -saved.gain * mean_g - saved.mean * x_factor;
  const InputGradient input = {x_factor.data_ptr<float>(),
                               constant.data_ptr<float>()};
  const Tensor x_gradient = at::empty_like(saved.x);
  rows.ForEachChunk([&](std::int64_t, std::int64_t first, std::int64_t n) {
    const std::int64_t skip = first * rows.channels;
    ApplyGradientRows(Elements<T>(saved.x) + skip,
                      Elements<T>(gradient) + skip,
                      saved.affine(),
                      input,
                      Elements<T>(x_gradient) + skip,
                      n,
                      rows.channels);
  });
  return {x_gradient,
          Floats(own[1]) * saved.inverse_deviation,
          Floats(own[0]),
          Floats(sums.Total(2))};
}

bool IsBfloat(const Tensor& x) { return x.scalar_type() == torch::kBFloat16; }

class NormFunction : public torch::autograd::Function<NormFunction> {
 public:
  static Tensor forward(AutogradContext* context,
                        const Tensor& input,
                        const Tensor& scale,
                        const Tensor& shift,
                        const Tensor& slope,
                        const NormWeights& weights) {
    Saved saved;
    saved.x = ChannelsLast(input);
    saved.slope = slope;
    const Moments batch =
        IsBfloat(input) ? MomentsOf<BfloatBits>(saved.x, weights.sum_over_ranks)
                        : MomentsOf<float>(saved.x, weights.sum_over_ranks);
    UpdateRunning(batch, weights);
    saved.mean = Floats(batch.mean);
    saved.inverse_deviation =
        Floats((batch.variance + weights.epsilon).rsqrt());
    saved.gain = scale * saved.inverse_deviation;
    saved.offset = shift - saved.mean * saved.gain;
    context->save_for_backward({saved.x,
                                saved.gain,
                                saved.offset,
                                saved.slope,
                                saved.mean,
                                saved.inverse_deviation});
    context->saved_data["count"] = batch.count;
    context->saved_data["sum"] =
        c10::IValue::make_capsule(weights.sum_over_ranks);
    return IsBfloat(input) ? Forward<BfloatBits>(saved) : Forward<float>(saved);
  }

  static variable_list backward(AutogradContext* context,
                                const variable_list& gradients) {
    const variable_list kept = context->get_saved_variables();
    const auto& data = context->saved_data;
    const Saved saved = {
        .x = kept[0],
        .gain = kept[1],
        .offset = kept[2],
        .slope = kept[3],
        .mean = kept[4],
        .inverse_deviation = kept[5],
        .count = data.at("count").toDouble(),
        .sum_over_ranks = c10::static_intrusive_pointer_cast<TensorSum>(
            data.at("sum").toCapsule())};
    const Tensor gradient = ChannelsLast(gradients[0]);
    variable_list result = IsBfloat(saved.x)
                               ? Backward<BfloatBits>(saved, gradient)
                               : Backward<float>(saved, gradient);
    result.emplace_back();  // for `weights`
    return result;
  }
};

/// The factor below zero of each channel.
Tensor Slopes(const NormActivation& activation, const Tensor& scale) {
  switch (activation.kind) {
    case NormActivation::Kind::kNone:
      return at::ones_like(scale.detach());
    case NormActivation::Kind::kRelu:
      return at::zeros_like(scale.detach());
    case NormActivation::Kind::kPrelu:
      return activation.slope.flatten().expand(scale.sizes()).contiguous();
  }
  return {};
}

Tensor Libtorchs(const Tensor& x,
                 const NormWeights& weights,
                 const NormActivation& activation,
                 bool by_batch) {
  Tensor y = at::batch_norm(x,
                            weights.scale,
                            weights.shift,
                            weights.running_mean,
                            weights.running_variance,
                            by_batch,
                            kMomentum,
                            weights.epsilon,
                            /*cudnn_enabled=*/true);
  switch (activation.kind) {
    case NormActivation::Kind::kNone:
      return y;
    case NormActivation::Kind::kRelu:
      return at::relu_(y);
    case NormActivation::Kind::kPrelu:
      return Prelu(y, activation.slope.flatten());
  }
  return y;
}

}  // namespace

Tensor NormalizeByBatch(const Tensor& x,
                        const NormWeights& weights,
                        const NormActivation& activation) {
  if (!HasRowKernels(x)) {
    return Libtorchs(x, weights, activation, /*by_batch=*/true);
  }
  return NormFunction::apply(x,
                             weights.scale,
                             weights.shift,
                             Slopes(activation, weights.scale),
                             weights);
}

Tensor NormalizeByRunning(const Tensor& x,
                          const NormWeights& weights,
                          const NormActivation& activation) {
  return Libtorchs(x, weights, activation, /*by_batch=*/false);
}

}  // namespace mien::train
