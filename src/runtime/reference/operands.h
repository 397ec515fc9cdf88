// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/slicing.h"
#include "graph/tensor.h"
#include "mien/result.h"
#include "runtime/reference/reference_executor.h"

namespace mien::reference {

/// No tensor has more axes.
inline constexpr std::size_t kMaxRank = 16;

/// One node together with the values that it reads.
class Operands {
 public:
  Operands(const Node& node,
           int opset,
           std::span<const Tensor* const> inputs,
           const ReferenceOptions& options)
      : node_(node), opset_(opset), inputs_(inputs), options_(options) {}

  [[nodiscard]] const Node& node() const { return node_; }

  [[nodiscard]] int opset() const { return opset_; }

  [[nodiscard]] const ReferenceOptions& options() const { return options_; }

  [[nodiscard]] std::size_t num_inputs() const { return inputs_.size(); }

  [[nodiscard]] bool Has(std::size_t i) const {
    return i < inputs_.size() && inputs_[i] != nullptr;
  }

  /// Input `i`, which must be there.
  [[nodiscard]] const Tensor& operator[](std::size_t i) const {
    return *inputs_[i];
  }

  /// The integers of input `i`.
  ///
  /// Errors:
  /// - kCorruptModel: it is missing or does not hold integers.
  [[nodiscard]] Result<std::vector<std::int64_t>> Ints(std::size_t i) const;

  /// Ints(), or `fallback` without that input.
  [[nodiscard]] Result<std::vector<std::int64_t>> IntsOr(
      std::size_t i, std::vector<std::int64_t> fallback) const;

  /// The single number in input `i`, or `fallback` without that input.
  ///
  /// Errors:
  /// - kCorruptModel: the input does not hold one element.
  [[nodiscard]] Result<double> Number(std::size_t i, double fallback) const;

  /// The number of elements of `shape`, for allocation.
  ///
  /// Errors:
  /// - kCorruptModel: an extent is negative, there are more axes than kMaxRank
  ///   or more elements than the options allow, or the tensor is empty and
  ///   its other extents are absurd.
  [[nodiscard]] Result<std::size_t> CheckedSize(const Shape& shape) const;

 private:
  const Node& node_;
  int opset_;
  std::span<const Tensor* const> inputs_;
  const ReferenceOptions& options_;
};

/// Inputs or attributes that do not fit each other.
Error Misfit(std::string message);

/// A valid use of an operator that is not handled.
Error Unhandled(std::string message);

/// NormalizeAxis() of each, in the given order.
///
/// Errors: those of NormalizeAxis(); kCorruptModel when one is named twice.
Result<std::vector<std::size_t>> CheckedAxes(std::span<const std::int64_t> axes,
                                             std::size_t rank);

/// Product of the extents [begin, end) of `shape`.
std::size_t ExtentProduct(const Shape& shape,
                          std::size_t begin,
                          std::size_t end);

/// Elements between neighbours along each axis of a row-major tensor.
std::vector<std::int64_t> RowMajorStrides(const Shape& shape);

}  // namespace mien::reference
