// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mien/embedding.h"
#include "mien/image.h"
#include "mien/model.h"
#include "mien/precision.h"
#include "mien/result.h"

namespace mien {

/// Whether an embedding is taken of the chip alone, or averaged with that of
/// its mirror image (twice the time, a little more accurate).
enum class FlipAveraging : std::uint8_t { kOff, kOn };

struct EmbedderOptions {
  /// Contract to use for a file without one; see ProfileContract().
  std::string profile;

  Precision precision = Precision::kAuto;

  FlipAveraging flip = FlipAveraging::kOff;

  /// Most chips run through the network at once, >= 1.
  int max_batch = 16;

  /// Threads for one call, >= 1.
  int num_threads = 1;
};

/// Turns chips into embeddings.
///
/// Thread safety: const methods may run concurrently on one instance.
class Embedder {
 public:
  /// Loads the embedding network at `path`, an .onnx file.
  ///
  /// Errors: those of ReadModelContract(), and
  /// - kUnsupported: names the first node that cannot be run.
  /// - kInvalidArgument: `options` are out of range.
  static Result<std::unique_ptr<Embedder>> Load(
      const std::filesystem::path& path, const EmbedderOptions& options = {});

  Embedder() = default;
  Embedder(const Embedder&) = delete;
  Embedder& operator=(const Embedder&) = delete;
  virtual ~Embedder() = default;

  /// Embeds each chip; answer i belongs to chip i.
  ///
  /// `chips` are 8-bit RGB, [input_height, input_width, 3] of contract(); see
  /// CutChip() in mien/aligner.h.
  ///
  /// Errors:
  /// - kInvalidImage: a chip of another size.
  virtual Result<std::vector<Embedding>> Embed(
      std::span<const Image> chips) const = 0;

  /// How chips must be cut, and what the embeddings are.
  [[nodiscard]] virtual const ModelContract& contract() const = 0;

  /// The precision that `options.precision` became on this CPU.
  [[nodiscard]] virtual Precision precision() const = 0;
};

}  // namespace mien
