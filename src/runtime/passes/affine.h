// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"

namespace mien {

/// y = scale x + shift, with numbers of its own for every channel (axis 1).
struct Affine {
  std::vector<double> scale;
  std::vector<double> shift;

  /// That of `channels` channels that changes nothing.
  static Affine Identity(std::size_t channels);
};

/// The elements of `constant`, one for each of `channels`, if by broadcasting
/// with a value of `rank` axes it gives every channel a number of its own.
std::optional<std::vector<double>> ChannelNumbers(const Tensor& constant,
                                                  std::size_t channels,
                                                  std::size_t rank);

/// A layer that multiplies and adds, with constant weights: Conv, ConvTranspose
/// or FusedGemm, or a FusedConv that does nothing more yet.
class LinearLayer {
 public:
  /// Node `i` as such a layer, if it is one.
  static std::optional<LinearLayer> At(const GraphEditor& editor,
                                       std::size_t i);

  [[nodiscard]] std::size_t in_channels() const { return in_channels_; }

  [[nodiscard]] std::size_t out_channels() const { return out_channels_; }

  /// The number of axes of its input and output.
  [[nodiscard]] std::size_t rank() const;

  /// Whether every output is a sum over real inputs only, none over padding.
  [[nodiscard]] bool IsUnpadded() const;

  /// Lets the layer do `after` to its output.
  void AbsorbAfter(GraphEditor& editor, const Affine& after) const;

  /// Lets the layer do `before` to its input. A shift needs IsUnpadded().
  void AbsorbBefore(GraphEditor& editor, const Affine& before) const;

 private:
  enum class Side : std::uint8_t { kOut, kIn };

  /// Whether extent 0 of the weights counts the channels of `side`; extent 1
  /// counts those of the other side, group by group.
  [[nodiscard]] bool IsRow(Side side) const;

  /// The weights, each times the factor of its channel on `side`.
  [[nodiscard]] Tensor ScaledWeights(const std::vector<double>& factors,
                                     Side side) const;

  /// What a constant input of `shift` adds to each output.
  [[nodiscard]] std::vector<double> ShiftSums(
      const std::vector<double>& shift) const;

  void Store(GraphEditor& editor,
             Tensor weights,
             const std::vector<double>& bias) const;

  std::size_t index_ = 0;
  Node node_;
  Tensor weights_;
  std::vector<double> bias_;
  std::size_t in_channels_ = 0;
  std::size_t out_channels_ = 0;
  std::size_t groups_ = 1;
  std::size_t block_ = 1;
};

/// Takes node `i`, which does `affine` to its input `value` and nothing else,
/// into the layer before it or the one behind it, whichever can.
bool AbsorbIntoNeighbour(GraphEditor& editor,
                         const KnownTypes& types,
                         std::size_t i,
                         const std::string& value,
                         const Affine& affine);

}  // namespace mien
