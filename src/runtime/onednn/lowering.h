// SPDX-License-Identifier: Apache-2.0
//
// The state of a net that is being compiled: which values stand where and in
// which layout. Operators are lowered one by one by the functions of
// operators.h, which call this class.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/tensor.h"
#include "runtime/onednn/net_plan.h"
#include "runtime/onednn/quantization.h"

namespace mien::onednn {

/// A value in 8-bit integers and what they stand for.
struct QuantizedValue {
  std::string value;
  Quantization quantization;
};

/// A value before its PReLU. Whoever reads it applies the slopes, one per
/// channel.
struct UnrectifiedValue {
  Operand operand;
  std::vector<float> slopes;
};

class Lowering {
 public:
  using Type = dnnl::memory::data_type;

  Lowering(const Graph& graph,
           std::map<std::string, ValueType> types,
           const LoweringOptions& options,
           WeightStore& weights);

  /// Lowers all nodes and plans the memory.
  Result<NetPlan> Run() &&;

  // What operators ask.

  [[nodiscard]] const dnnl::engine& engine() const { return plan_.engine; }

  [[nodiscard]] int opset() const { return graph_.opset; }

  [[nodiscard]] int num_threads() const { return options_.num_threads; }

  [[nodiscard]] const Shape& ShapeOf(const std::string& value) const;
  [[nodiscard]] DataType TypeOf(const std::string& value) const;

  [[nodiscard]] bool wants_bf16() const {
    return options_.precision == Precision::kBfloat16;
  }

  /// Whether products of floats may be made in bf16: also in an int8 net, whose
  /// values are coarser, where this CPU is faster so.
  [[nodiscard]] bool may_multiply_bf16() const;

  [[nodiscard]] bool wants_int8() const {
    return options_.precision == Precision::kInt8;
  }

  /// bf16 when the net runs in bf16 and all who read `value` can; else f32.
  [[nodiscard]] Type PreferredType(const std::string& value) const;

  /// The constant called `value`, or null.
  [[nodiscard]] const Tensor* Constant(const std::string& value) const;

  /// That of a QuantizeLinear or DequantizeLinear, when it is constant and one
  /// for all elements.
  [[nodiscard]] std::optional<Quantization> QuantizationOf(
      const Node& node) const;

  /// The integers that DequantizeLinear makes `value` of, if so it was.
  [[nodiscard]] std::optional<QuantizedValue> QuantizedSource(
      const std::string& value) const;

  /// What QuantizeLinear makes of `value`, if nobody else reads it.
  [[nodiscard]] std::optional<QuantizedValue> OnlyQuantizer(
      const std::string& value) const;

  /// The one node that reads `value`; null when there are several, or when it
  /// is an output of the net.
  [[nodiscard]] const Node* OnlyReader(const std::string& value) const;

  /// What DefineUnrectified() said of `value`, or null.
  [[nodiscard]] const UnrectifiedValue* Unrectified(
      const std::string& value) const;

  [[nodiscard]] bool IsDefined(const std::string& value) const;

  /// `value` where and as it stands.
  Operand Read(const std::string& value);

  /// `value` in layout and type `desc`, reordered unless it already is.
  Operand ReadAs(const std::string& value, const MemoryDesc& desc);

  /// `value` in row-major order: float32, or the bytes of another type.
  Operand ReadPlain(const std::string& value);

  /// The constant `tensor`, taken as row-major `plain`, packed as `wanted`.
  Operand Pack(const Tensor& tensor,
               const MemoryDesc& plain,
               const MemoryDesc& wanted);

  /// The weights of a convolution in 8-bit integers.
  const ByteWeights& PackBytes(const Tensor& weights) {
    return weights_.ToBytes(weights);
  }

  /// The weights of a convolution as TransformWeights() makes them.
  std::shared_ptr<const std::vector<float>> TransformForWinograd(
      const Tensor& weights, std::int64_t lanes);

  /// True when nobody reads the memory of `operand`, a copy of `value`, after
  /// the current node, and it is not a constant.
  [[nodiscard]] bool MayOverwrite(const std::string& value,
                                  const Operand& operand) const;

  // What operators do.

  /// New memory for a value of layout `desc`.
  Operand NewOperand(const MemoryDesc& desc);

  /// New row-major memory for `value`, whatever its type.
  Operand NewPlainOperand(const std::string& value);

  /// Declares that `value` stands in `operand`.
  void Define(const std::string& value, const Operand& operand);

  /// Declares that `value` is `source` in floats, to be made when someone reads
  /// them.
  void DefineQuantized(const std::string& value, QuantizedValue source);

  /// Declares that `value` is `source` rectified, which its only reader does.
  void DefineUnrectified(const std::string& value, UnrectifiedValue source);

  /// Adds a call of `kernel`. `operands` are what it reads and writes.
  void AddStep(std::unique_ptr<const Kernel> kernel,
               std::vector<Operand> operands,
               LayerInfo layer);

  /// Adds a call of the primitive of `desc`; scratch memory is added here.
  /// `arguments[i]` tells what operand i is.
  void AddPrimitive(const PrimitiveDesc& desc,
                    std::vector<int> arguments,
                    std::vector<Operand> operands,
                    LayerInfo layer);

  /// Name, operator and extents of the first output of `node`.
  [[nodiscard]] LayerInfo DescribeLayer(const Node& node) const;

  /// `from` reordered or copied into `to`.
  void AddReorder(const std::string& value,
                  const Operand& from,
                  const Operand& to);

  /// Attributes for every primitive: scratch memory is ours.
  static dnnl::primitive_attr NewAttr();

 private:
  static constexpr std::size_t kForever = static_cast<std::size_t>(-1);

  struct ValueState {
    std::vector<Operand> copies;  // the first as its producer left it
    std::size_t last_use = 0;     // index of a node
  };

  void FindLastUses();
  void DefineInputs();
  Result<void> LowerNode(const Node& node);
  void DefineOutputs();
  void AddConversion(const std::string& value,
                     const Operand& from,
                     const Operand& to);
  Operand OutputOperand(const ValueInfo& output);
  void PlanStorages();
  const ValueState& State(const std::string& value) const;
  bool IsTaken(std::size_t storage) const;

  const Graph& graph_;
  std::map<std::string, ValueType> types_;
  LoweringOptions options_;
  WeightStore& weights_;
  NetPlan plan_;
  std::map<std::string, ValueState> values_;
  std::map<std::string, QuantizedValue> quantized_;
  std::map<std::string, UnrectifiedValue> unrectified_;
  std::vector<std::vector<std::string>> storage_values_;
  std::map<std::string, std::vector<const Node*>> readers_;
  std::size_t node_index_ = 0;
};

}  // namespace mien::onednn
