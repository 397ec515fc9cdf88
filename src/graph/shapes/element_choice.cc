// SPDX-License-Identifier: Apache-2.0
#include "graph/shapes/element_choice.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "graph/slicing.h"

namespace mien {
namespace {

using Index = std::vector<std::int64_t>;

/// Offset in a row-major tensor of `shape`.
std::size_t Offset(const Shape& shape, const Index& index) {
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    offset = offset * shape[i] + index[i];
  }
  return static_cast<std::size_t>(offset);
}

/// Steps `index` to the next element of `shape` in row-major order.
void Advance(const Shape& shape, Index& index) {
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (++index[i] < shape[i]) {
      return;
    }
    index[i] = 0;
  }
}

/// A tensor of `type` whose element at `index` is that of `source` at
/// `source_index(index)`.
Tensor Gathered(const ValueType& type,
                const Tensor& source,
                const std::function<Index(const Index&)>& source_index) {
  const std::size_t size = ElementBytes(type.type);
  std::vector<std::byte> bytes;
  Index index(type.shape.size());
  for (std::int64_t i = NumElements(type.shape); i > 0; --i) {
    const std::size_t offset = Offset(source.shape(), source_index(index));
    const auto element = source.bytes().subspan(offset * size, size);
    bytes.insert(bytes.end(), element.begin(), element.end());
    Advance(type.shape, index);
  }
  return {type.type, type.shape, std::move(bytes)};
}

Tensor Gather(const NodeContext& context, const ValueType& type) {
  const Tensor& x = *context.constants[0];
  const std::vector<std::int64_t> chosen = context.constants[1]->ToInts();
  const Shape& chosen_shape = context.shape(1);
  const std::size_t axis =
      context.Axis("axis", 0, x.shape().size()).value_or(0);
  return Gathered(type, x, [&](const Index& index) {
    const auto first = index.begin() + static_cast<std::ptrdiff_t>(axis);
    const auto last = first + static_cast<std::ptrdiff_t>(chosen_shape.size());
    const std::int64_t at = chosen[Offset(chosen_shape, {first, last})];
    Index from(index.begin(), first);
    from.push_back(at < 0 ? at + x.shape()[axis] : at);
    from.insert(from.end(), last, index.end());
    return from;
  });
}

Tensor Slice(const NodeContext& context, const ValueType& type) {
  const auto list = [&](std::size_t i) {
    return context.HasInput(i) ? context.constants[i]->ToInts() : Index();
  };
  const auto slices =
      ResolveSlice(context.shape(0), list(1), list(2), list(3), list(4))
          .value_or({});
  return Gathered(type, *context.constants[0], [&](const Index& index) {
    Index from = index;
    for (std::size_t i = 0; i < from.size(); ++i) {
      from[i] = slices[i].start + index[i] * slices[i].step;
    }
    return from;
  });
}

Tensor Transpose(const NodeContext& context, const ValueType& type) {
  Index reversed(type.shape.size());
  for (std::size_t i = 0; i < reversed.size(); ++i) {
    reversed[i] = static_cast<std::int64_t>(reversed.size() - 1 - i);
  }
  const Index order = context.node.Ints("perm", reversed);
  return Gathered(type, *context.constants[0], [&](const Index& index) {
    Index from(index.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      from[static_cast<std::size_t>(order[i])] = index[i];
    }
    return from;
  });
}

/// Expand and Tile: indices wrap round at the extents of the source.
Tensor Repeat(const NodeContext& context, const ValueType& type) {
  const Tensor& x = *context.constants[0];
  const std::size_t added = type.shape.size() - x.shape().size();
  return Gathered(type, x, [&](const Index& index) {
    Index from(index.begin() + static_cast<std::ptrdiff_t>(added), index.end());
    for (std::size_t i = 0; i < from.size(); ++i) {
      from[i] %= x.shape()[i];
    }
    return from;
  });
}

Tensor Concat(const NodeContext& context, const ValueType& type) {
  const std::size_t axis =
      context.Axis("axis", 0, type.shape.size()).value_or(0);
  const std::size_t size = ElementBytes(type.type);
  std::vector<std::byte> bytes;
  Index index(type.shape.size());
  for (std::int64_t i = NumElements(type.shape); i > 0; --i) {
    Index from = index;
    std::size_t part = 0;
    while (from[axis] >= context.shape(part)[axis]) {
      from[axis] -= context.shape(part)[axis];
      ++part;
    }
    const auto element = context.constants[part]->bytes().subspan(
        Offset(context.shape(part), from) * size, size);
    bytes.insert(bytes.end(), element.begin(), element.end());
    Advance(type.shape, index);
  }
  return {type.type, type.shape, std::move(bytes)};
}

std::vector<Tensor> Split(const NodeContext& context, const ValueTypes& types) {
  const std::size_t axis =
      context.Axis("axis", 0, context.shape(0).size()).value_or(0);
  std::int64_t start = 0;
  std::vector<Tensor> parts;
  for (const ValueType& type : types) {
    parts.push_back(
        Gathered(type, *context.constants[0], [&](const Index& index) {
          Index from = index;
          from[axis] += start;
          return from;
        }));
    start += type.shape[axis];
  }
  return parts;
}

constexpr std::array<std::string_view, 6> kReshapers = {
    "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"};

}  // namespace

std::vector<Tensor> ChooseElements(const NodeContext& context,
                                   const ValueTypes& types) {
  const std::string& op = context.node.op_type;
  if (std::ranges::find(kReshapers, op) != kReshapers.end()) {
    return {context.constants[0]->Reshaped(types[0].shape)};
  }
  if (op == "Gather") {
    return {Gather(context, types[0])};
  }
  if (op == "Slice") {
    return {Slice(context, types[0])};
  }
  if (op == "Transpose") {
    return {Transpose(context, types[0])};
  }
  if (op == "Expand" || op == "Tile") {
    return {Repeat(context, types[0])};
  }
  if (op == "Concat") {
    return {Concat(context, types[0])};
  }
  if (op == "Split") {
    return Split(context, types);
  }
  return {};
}

}  // namespace mien
