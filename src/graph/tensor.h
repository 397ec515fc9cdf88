// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/data_type.h"
#include "graph/stored_elements.h"

namespace mien {

/// Extents, outermost first. kDynamicDim stands for one that is known only when
/// the graph is compiled.
using Shape = std::vector<std::int64_t>;

inline constexpr std::int64_t kDynamicDim = -1;

/// Product of the extents; 1 for a scalar. All extents must be >= 0.
std::int64_t NumElements(const Shape& shape);

/// NumElements(), or nothing when an extent is negative or the elements, of up
/// to 8 bytes each, would not fit an address space. For extents that come from
/// a file.
std::optional<std::int64_t> CheckedNumElements(const Shape& shape);

/// "[1, 3, 160, 160]"; dynamic extents as "?".
std::string ShapeText(const Shape& shape);

/// A constant: type, extents and row-major elements. Copies share the elements,
/// which never change, so copying a graph is cheap.
///
/// Thread safety: const methods may run concurrently, on copies as well.
class Tensor {
 public:
  /// A float32 scalar 0.
  Tensor();

  /// `bytes` holds NumElements(shape) elements, in the host's byte order.
  Tensor(DataType type, Shape shape, std::vector<std::byte> bytes);

  /// Elements that `owner` keeps alive and unchanged, aligned to
  /// ElementBytes(type): no copy.
  static Tensor Shared(DataType type,
                       Shape shape,
                       std::shared_ptr<const void> owner,
                       std::span<const std::byte> bytes);

  /// Elements that are made from `stored` when someone first asks for bytes().
  /// Large weights are often widened, scaled and packed only, so they are never
  /// copied. `stored` is of `type`, or becomes float32 (CanBeFloats()).
  static Tensor Deferred(DataType type, Shape shape, StoredElements stored);

  /// This tensor as float32; half precisions are widened when someone asks for
  /// the elements.
  [[nodiscard]] Tensor AsFloat32() const;

  /// This float32 tensor with row i, of the outermost axis, times `scales[i]`
  /// (in double precision, rounded once). Deferred.
  [[nodiscard]] Tensor ScaledRows(std::span<const double> scales) const;

  static Tensor Float(Shape shape, std::span<const float> values);
  static Tensor Int64(Shape shape, std::span<const std::int64_t> values);

  /// Elements of an integer or bool `type`, converted from `values`.
  static Tensor Integers(DataType type,
                         Shape shape,
                         std::span<const std::int64_t> values);

  [[nodiscard]] DataType type() const { return type_; }

  [[nodiscard]] const Shape& shape() const { return shape_; }

  [[nodiscard]] std::span<const std::byte> bytes() const {
    return deferred_ ? MakeDeferred() : bytes_;
  }

  /// The elements; T must be the C++ type of type().
  template <typename T>
  [[nodiscard]] std::span<const T> values() const {
    const std::span<const std::byte> all = bytes();
    return {reinterpret_cast<const T*>(all.data()), all.size() / sizeof(T)};
  }

  /// From what bytes() will be made, or was; for those who can do without.
  [[nodiscard]] StoredElements stored() const;

  /// The same for tensors that share their elements.
  [[nodiscard]] const void* identity() const {
    return deferred_ ? static_cast<const void*>(deferred_.get())
                     : bytes_.data();
  }

  /// The elements as float32 whatever type() is (half precisions and integers
  /// are converted). Of deferred ones nothing is kept.
  [[nodiscard]] std::vector<float> ToFloats() const;

  /// The elements of an integer or bool tensor.
  [[nodiscard]] std::vector<std::int64_t> ToInts() const;

  /// The same elements with other extents of equal product.
  [[nodiscard]] Tensor Reshaped(Shape shape) const;

 private:
  struct Deferral;

  [[nodiscard]] std::span<const std::byte> MakeDeferred() const;

  DataType type_ = DataType::kFloat32;
  Shape shape_;
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> bytes_;
  std::shared_ptr<Deferral> deferred_;
};

}  // namespace mien
