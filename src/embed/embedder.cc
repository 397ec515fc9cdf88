// SPDX-License-Identifier: Apache-2.0
#include "mien/embedder.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "embed/batches.h"
#include "embed/chip_input.h"
#include "embed/free_batch.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "graph/shape_inference.h"
#include "runtime/net_cache.h"

namespace mien {
namespace {

/// One pass of one chip through the network.
struct Sample {
  std::size_t chip = 0;
  Mirror mirror = Mirror::kNo;
};

/// The samples of chip 0, then of chip 1, ...
std::vector<Sample> SamplesOf(std::size_t num_chips, FlipAveraging flip) {
  std::vector<Sample> samples;
  for (std::size_t chip = 0; chip < num_chips; ++chip) {
    samples.push_back({chip, Mirror::kNo});
    if (flip == FlipAveraging::kOn) {
      samples.push_back({chip, Mirror::kYes});
    }
  }
  return samples;
}

/// Scales `values` to length 1.
Result<void> Normalize(std::span<float> values) {
  double squares = 0.0;
  for (const float value : values) {
    squares += static_cast<double>(value) * value;
  }
  if (!std::isfinite(squares) || squares <= 0.0) {
    return Error{ErrorCode::kCorruptModel,
                 "the network gives an embedding of length " +
                     std::to_string(std::sqrt(squares)) +
                     "; its weights are damaged"};
  }
  const auto factor = static_cast<float>(1.0 / std::sqrt(squares));
  for (float& value : values) {
    value *= factor;
  }
  return {};
}

class NetEmbedder final : public Embedder {
 public:
  NetEmbedder(ModelContract contract,
              std::unique_ptr<NetCache> nets,
              FlipAveraging flip,
              int max_batch)
      : contract_(std::move(contract)),
        nets_(std::move(nets)),
        flip_(flip),
        max_batch_(max_batch) {}

  Result<std::vector<Embedding>> Embed(
      std::span<const Image> chips) const override {
    for (std::size_t i = 0; i < chips.size(); ++i) {
      MIEN_RETURN_IF_ERROR(CheckChip(chips[i], i));
    }
    std::vector<Embedding> embeddings(chips.size());
    for (Embedding& embedding : embeddings) {
      embedding.values.resize(Size());
      embedding.model_id = contract_.id;
    }
    const std::vector<Sample> samples = SamplesOf(chips.size(), flip_);
    std::span<const Sample> rest = samples;
    for (const int batch :
         SplitIntoBatches(static_cast<int>(samples.size()), max_batch_)) {
      const auto count = static_cast<std::size_t>(batch);
      MIEN_RETURN_IF_ERROR(AddOutputs(chips, rest.first(count), embeddings));
      rest = rest.subspan(count);
    }
    for (Embedding& embedding : embeddings) {
      MIEN_RETURN_IF_ERROR(Normalize(embedding.values));
    }
    return embeddings;
  }

  [[nodiscard]] const ModelContract& contract() const override {
    return contract_;
  }

  [[nodiscard]] Precision precision() const override {
    return nets_->precision();
  }

 private:
  [[nodiscard]] std::size_t Size() const {
    return static_cast<std::size_t>(contract_.embedding_size);
  }

  [[nodiscard]] Result<void> CheckChip(const Image& chip,
                                       std::size_t index) const {
    if (chip.width() == contract_.input_width &&
        chip.height() == contract_.input_height) {
      return {};
    }
    return Error{ErrorCode::kInvalidImage,
                 "chip " + std::to_string(index) + " is " +
                     std::to_string(chip.width()) + " x " +
                     std::to_string(chip.height()) + "; must be " +
                     std::to_string(contract_.input_width) + " x " +
                     std::to_string(contract_.input_height)};
  }

  /// Runs `samples` as one batch and adds each output to its chip's embedding.
  Result<void> AddOutputs(std::span<const Image> chips,
                          std::span<const Sample> samples,
                          std::vector<Embedding>& embeddings) const {
    const Shape shape = {static_cast<std::int64_t>(samples.size()),
                         3,
                         contract_.input_height,
                         contract_.input_width};
    MIEN_ASSIGN_OR_RETURN(
        NetCache::Lease lease,
        (nets_->Acquire({{nets_->inputs().front().name, shape}})));
    std::span<float> input = lease.workspace().input(0);
    const std::size_t sample_size = input.size() / samples.size();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      ChipToInput(chips[samples[i].chip],
                  contract_,
                  samples[i].mirror,
                  input.subspan(i * sample_size, sample_size));
    }
    lease.Run();
    const std::span<const float> output = lease.workspace().output(0);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      std::vector<float>& sum = embeddings[samples[i].chip].values;
      for (std::size_t j = 0; j < sum.size(); ++j) {
        sum[j] += output[i * sum.size() + j];
      }
    }
    return {};
  }

  ModelContract contract_;
  std::unique_ptr<NetCache> nets_;
  FlipAveraging flip_;
  int max_batch_;
};

Result<void> CheckOptions(const EmbedderOptions& options) {
  if (options.max_batch < 1) {
    return Error{
        ErrorCode::kInvalidArgument,
        "max_batch is " + std::to_string(options.max_batch) + "; must be >= 1"};
  }
  if (options.num_threads < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "num_threads is " + std::to_string(options.num_threads) +
                     "; must be >= 1"};
  }
  return {};
}

/// Whether `graph` takes chips and gives embeddings as `contract` says.
Result<void> CheckContract(const Graph& graph, const ModelContract& contract) {
  if (contract.task == ModelTask::kDetect) {
    return Error{ErrorCode::kInvalidArgument,
                 "is a detector; an embedder is needed"};
  }
  if (graph.inputs.size() != 1 || graph.inputs.front().shape.size() != 4 ||
      graph.outputs.empty()) {
    return Error{ErrorCode::kUnsupported,
                 "an embedder has one input [N, 3, H, W] and an output"};
  }
  const Shape& input = graph.inputs.front().shape;
  const Shape expected = {
      input[0], 3, contract.input_height, contract.input_width};
  for (std::size_t i = 1; i < 4; ++i) {
    if (expected[i] <= 0 ||
        (input[i] != kDynamicDim && input[i] != expected[i])) {
      return Error{ErrorCode::kCorruptModel,
                   "input " + ShapeText(input) +
                       " does not fit the contract's " + ShapeText(expected)};
    }
  }
  return {};
}

/// Whether one chip's output is an embedding of the contract's size.
Result<void> CheckOutput(const Graph& graph, const ModelContract& contract) {
  const Shape input = {1, 3, contract.input_height, contract.input_width};
  MIEN_ASSIGN_OR_RETURN(
      const InferredShapes shapes,
      (InferShapes(graph, {{graph.inputs.front().name, input}})));
  const Shape& output = shapes.types.at(graph.outputs.front().name).shape;
  if (NumElements(output) != contract.embedding_size) {
    return Error{ErrorCode::kCorruptModel,
                 "output " + ShapeText(output) +
                     " does not fit the contract's embedding size " +
                     std::to_string(contract.embedding_size)};
  }
  return {};
}

Result<std::unique_ptr<Embedder>> CreateEmbedder(
    const Graph& graph, const EmbedderOptions& options) {
  MIEN_ASSIGN_OR_RETURN(ModelContract contract,
                        ContractOrProfile(graph, options.profile));
  MIEN_RETURN_IF_ERROR(CheckContract(graph, contract));
  MIEN_RETURN_IF_ERROR(CheckOutput(graph, contract));
  // A network that may mix the samples of a batch runs chip by chip.
  const Result<Graph> batched = FreeBatch(graph);
  MIEN_ASSIGN_OR_RETURN(std::unique_ptr<NetCache> nets,
                        NetCache::Create(batched ? *batched : graph,
                                         {.precision = options.precision,
                                          .num_threads = options.num_threads}));
  const int max_batch = batched ? options.max_batch : 1;
  return std::unique_ptr<Embedder>(std::make_unique<NetEmbedder>(
      std::move(contract), std::move(nets), options.flip, max_batch));
}

}  // namespace

Result<std::unique_ptr<Embedder>> Embedder::Load(
    const std::filesystem::path& path, const EmbedderOptions& options) {
  MIEN_RETURN_IF_ERROR(CheckOptions(options));
  MIEN_ASSIGN_OR_RETURN(const Graph graph, LoadOnnx(path));
  Result<std::unique_ptr<Embedder>> embedder = CreateEmbedder(graph, options);
  if (!embedder) {
    return embedder.error().WithContext(path.string());
  }
  return embedder;
}

}  // namespace mien
