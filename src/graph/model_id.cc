// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "core/hash.h"
#include "graph/onnx_io.h"

namespace mien {
namespace {

/// Metadata that change what a network answers.
constexpr std::array<std::string_view, 9> kAnswerKeys = {"mien.chip_template",
                                                         "mien.color_order",
                                                         "mien.detector_family",
                                                         "mien.deviation",
                                                         "mien.input_height",
                                                         "mien.input_width",
                                                         "mien.margin_px",
                                                         "mien.mean",
                                                         "mien.pixel_scaling"};

constexpr std::size_t kIdDigits = 16;

constexpr std::size_t kElementsAtOnce = 4096;

/// Hashes a sequence of fields, each with its length, so that no two different
/// sequences give the same bytes.
class FieldHash {
 public:
  void Bytes(std::span<const std::byte> bytes) {
    Number(static_cast<std::int64_t>(bytes.size()));
    hash_.Update(bytes);
  }

  void Text(std::string_view text) { Bytes(std::as_bytes(std::span(text))); }

  void Number(std::int64_t number) {
    hash_.Update(std::as_bytes(std::span(&number, 1)));
  }

  void Numbers(std::span<const std::int64_t> numbers) {
    Bytes(std::as_bytes(numbers));
  }

  void AddTensor(const Tensor& tensor) {
    Text(DataTypeName(tensor.type()));
    Numbers(tensor.shape());
    const StoredElements stored = tensor.stored();
    if (stored.type == tensor.type() && stored.row_scales.empty()) {
      Bytes(stored.bytes);
    } else {
      Floats(stored, static_cast<std::size_t>(NumElements(tensor.shape())));
    }
  }

  /// Bytes() of all `count` elements as float32, made a few at a time.
  void Floats(const StoredElements& stored, std::size_t count) {
    std::vector<float> some(std::min(count, kElementsAtOnce));
    Number(static_cast<std::int64_t>(count * sizeof(float)));
    for (std::size_t first = 0; first < count; first += some.size()) {
      some.resize(std::min(some.size(), count - first));
      CopyFloats(stored, first, some);
      hash_.Update(std::as_bytes(std::span(some)));
    }
  }

  std::string FinishHex() { return hash_.FinishHex(); }

 private:
  Sha256 hash_;
};

struct AttributeHasher {
  FieldHash& hash;

  void operator()(std::int64_t value) const { hash.Number(value); }

  void operator()(float value) const {
    hash.Bytes(std::as_bytes(std::span(&value, 1)));
  }

  void operator()(const std::string& value) const { hash.Text(value); }

  void operator()(const Tensor& value) const { hash.AddTensor(value); }

  void operator()(const std::vector<std::int64_t>& values) const {
    hash.Numbers(values);
  }

  void operator()(const std::vector<float>& values) const {
    hash.Bytes(std::as_bytes(std::span(values)));
  }

  void operator()(const std::vector<std::string>& values) const {
    for (const std::string& value : values) {
      hash.Text(value);
    }
  }
};

/// Numbers values in the order in which they appear, so that their names do not
/// matter; a constant's elements are hashed where it first appears.
class ValueNumbers {
 public:
  explicit ValueNumbers(const Graph& graph) : graph_(graph) {}

  void Hash(const std::string& value, FieldHash& hash) {
    if (value.empty()) {
      hash.Number(-1);
      return;
    }
    const auto [entry, is_new] =
        numbers_.emplace(value, static_cast<std::int64_t>(numbers_.size()));
    hash.Number(entry->second);
    const Tensor* constant = graph_.FindInitializer(value);
    if (is_new && constant != nullptr) {
      hash.AddTensor(*constant);
    }
  }

 private:
  const Graph& graph_;
  std::unordered_map<std::string, std::int64_t> numbers_;
};

void HashValues(const std::vector<std::string>& values,
                ValueNumbers& numbers,
                FieldHash& hash) {
  hash.Number(static_cast<std::int64_t>(values.size()));
  for (const std::string& value : values) {
    numbers.Hash(value, hash);
  }
}

void HashNode(const Node& node, ValueNumbers& numbers, FieldHash& hash) {
  hash.Text(node.domain);
  hash.Text(node.op_type);
  HashValues(node.inputs, numbers, hash);
  HashValues(node.outputs, numbers, hash);
  hash.Number(static_cast<std::int64_t>(node.attributes.size()));
  for (const auto& [name, value] : node.attributes) {
    hash.Text(name);
    hash.Number(static_cast<std::int64_t>(value.index()));
    std::visit(AttributeHasher{hash}, value);
  }
}

}  // namespace

std::string ModelId(const Graph& graph) {
  FieldHash hash;
  ValueNumbers numbers(graph);
  hash.Number(graph.opset);
  for (const ValueInfo& input : graph.inputs) {
    hash.Text(DataTypeName(input.type));
    hash.Numbers(input.shape);
    numbers.Hash(input.name, hash);
  }
  hash.Number(static_cast<std::int64_t>(graph.nodes.size()));
  for (const Node& node : graph.nodes) {
    HashNode(node, numbers, hash);
  }
  for (const ValueInfo& output : graph.outputs) {
    numbers.Hash(output.name, hash);
  }
  for (const std::string_view key : kAnswerKeys) {
    const auto found = graph.metadata.find(std::string(key));
    hash.Text(found == graph.metadata.end() ? "" : found->second);
  }
  return "sha256:" + hash.FinishHex().substr(0, kIdDigits);
}

}  // namespace mien
