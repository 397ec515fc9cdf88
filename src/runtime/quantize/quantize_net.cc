// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/quantize_net.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "graph/half_weights.h"
#include "runtime/quantize/equalize_channels.h"
#include "runtime/quantize/quantize_graph.h"
#include "runtime/quantize/standard_form.h"
#include "runtime/resolve_precision.h"

namespace mien::quantize {
namespace {

using Rows = std::vector<std::vector<float>>;
using Samples = std::span<const std::vector<float>>;

constexpr std::size_t kSensitivitySamples = 8;
constexpr std::size_t kEqualizeSamples = 64;
constexpr std::size_t kFewestSamples = 4;
constexpr std::size_t kMostKeptShare = 8;

/// The layers of `reports` that are not kept.
std::set<std::string> OutputsOf(const std::vector<QuantizableLayer>& layers,
                                const std::vector<LayerReport>& reports) {
  std::set<std::string> outputs;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!reports[i].is_kept) {
      outputs.insert(layers[i].output);
    }
  }
  return outputs;
}

class Quantizer {
 public:
  Quantizer(Graph graph,
            Shape shape,
            Samples samples,
            const QuantizeOptions& options)
      : graph_(std::move(graph)),
        shape_(std::move(shape)),
        calibration_(samples.first(samples.size() - samples.size() / 4)),
        validation_(samples.last(samples.size() / 4)),
        options_(options),
        layers_(FindQuantizableLayers(graph_)) {}

  Result<QuantizedNet> Quantize() && {
    if (layers_.empty()) {
      return Error{ErrorCode::kUnsupported,
                   "has no convolution that could be quantised"};
    }
    num_steps_ = static_cast<int>(calibration_.size()) + 3;
    num_steps_ += options_.keep ? 0 : static_cast<int>(layers_.size());
    MIEN_ASSIGN_OR_RETURN(
        graph_,
        EqualizeChannels(graph_,
                         shape_,
                         calibration_.first(
                             std::min(kEqualizeSamples, calibration_.size()))));
    Advance();
    MIEN_RETURN_IF_ERROR(Calibrate());
    MIEN_RETURN_IF_ERROR(NameKeptLayers());
    MIEN_ASSIGN_OR_RETURN(expected_, RunSamples(graph_, shape_, validation_));
    Advance();
    if (!options_.keep) {
      MIEN_RETURN_IF_ERROR(MeasureLayers());
    }
    MIEN_RETURN_IF_ERROR(Choose());
    Advance();
    MIEN_ASSIGN_OR_RETURN(result_.graph,
                          ToStandardForm(std::move(result_.graph)));
    result_.graph = HalveWeights(std::move(result_.graph));
    return std::move(result_);
  }

 private:
  void Advance() {
    ++step_;
    if (options_.on_progress) {
      options_.on_progress(step_, num_steps_);
    }
  }

  Result<void> Calibrate() {
    MIEN_ASSIGN_OR_RETURN(
        Observation observation,
        Observation::Begin(graph_, ValuesToObserve(graph_), shape_));
    for (const std::vector<float>& sample : calibration_) {
      observation.Add(sample);
      Advance();
    }
    ranges_ = observation.Choose(options_.method);
    for (const QuantizableLayer& layer : layers_) {
      result_.layers.push_back({layer.name,
                                ranges_.at(layer.input),
                                std::numeric_limits<double>::quiet_NaN(),
                                false});
    }
    return {};
  }

  Result<void> NameKeptLayers() {
    for (const std::string& name :
         options_.keep.value_or(std::set<std::string>())) {
      const auto layer =
          std::ranges::find(result_.layers, name, &LayerReport::name);
      if (layer == result_.layers.end()) {
        return Error{ErrorCode::kInvalidArgument,
                     "keep names '" + name +
                         "', which is no layer that could be quantised; the "
                         "first is '" +
                         layers_.front().name + "'"};
      }
      layer->is_kept = true;
    }
    return {};
  }

  /// How far the answers move with each layer alone in 8 bits.
  Result<void> MeasureLayers() {
    const Samples samples =
        validation_.first(std::min(kSensitivitySamples, validation_.size()));
    const std::span<const std::vector<float>> expected =
        std::span(expected_).first(samples.size());
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      MIEN_ASSIGN_OR_RETURN(
          const Graph alone,
          InsertQuantization(graph_, {layers_[i].output}, ranges_));
      MIEN_ASSIGN_OR_RETURN(const Rows rows,
                            RunSamples(alone, shape_, samples));
      result_.layers[i].error = 1.0 - Compare(expected, rows).mean_cosine;
      Advance();
    }
    return {};
  }

  Result<void> Measure() {
    MIEN_ASSIGN_OR_RETURN(
        result_.graph,
        InsertQuantization(
            graph_, OutputsOf(layers_, result_.layers), ranges_));
    MIEN_ASSIGN_OR_RETURN(const Rows rows,
                          RunSamples(result_.graph, shape_, validation_));
    result_.agreement = Compare(expected_, rows);
    return {};
  }

  Result<void> Choose() {
    MIEN_RETURN_IF_ERROR(Measure());
    if (options_.keep) {
      return {};
    }
    std::vector<std::size_t> order(layers_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) {
      return result_.layers[i].error;
    });
    const std::size_t most = layers_.size() / kMostKeptShare;
    for (std::size_t k = 0;
         k < most && result_.agreement.mean_cosine < options_.target_cosine;
         ++k) {
      result_.layers[order[k]].is_kept = true;
      MIEN_RETURN_IF_ERROR(Measure());
    }
    return {};
  }

  Graph graph_;
  Shape shape_;
  Samples calibration_;
  Samples validation_;
  const QuantizeOptions& options_;
  std::vector<QuantizableLayer> layers_;
  std::map<std::string, ValueRange> ranges_;
  Rows expected_;
  QuantizedNet result_;
  int step_ = 0;
  int num_steps_ = 0;
};

}  // namespace

Result<QuantizedNet> QuantizeNet(const Graph& graph,
                                 const Shape& shape,
                                 std::span<const std::vector<float>> samples,
                                 const QuantizeOptions& options) {
  if (samples.size() < kFewestSamples) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(samples.size()) +
                     " samples; calibration needs 4 at least"};
  }
  if (IsQuantized(graph) == Quantized::kYes) {
    return Error{ErrorCode::kInvalidArgument, "is quantised already"};
  }
  MIEN_ASSIGN_OR_RETURN(Graph simple, Simplify(graph));
  return Quantizer(std::move(simple), shape, samples, options).Quantize();
}

}  // namespace mien::quantize
