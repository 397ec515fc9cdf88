// SPDX-License-Identifier: Apache-2.0
//
// How each operator becomes steps. One file per group of operators.
#pragma once

#include "graph/graph.h"
#include "mien/result.h"
#include "runtime/onednn/lowering.h"

namespace mien::onednn {

/// Whether an operator's function made steps for a node or leaves it to the
/// reference executor.
enum class Lowered : std::uint8_t { kYes, kNo };

using LowerFunction = Result<Lowered> (*)(Lowering& net, const Node& node);

/// The function for `node`, or null.
LowerFunction FindLowerFunction(const Node& node);

Result<Lowered> LowerConv(Lowering& net, const Node& node);
Result<Lowered> LowerGemm(Lowering& net, const Node& node);
Result<Lowered> LowerMatMul(Lowering& net, const Node& node);
Result<Lowered> LowerPool(Lowering& net, const Node& node);
Result<Lowered> LowerGlobalPool(Lowering& net, const Node& node);
Result<Lowered> LowerActivation(Lowering& net, const Node& node);
Result<Lowered> LowerPrelu(Lowering& net, const Node& node);
Result<Lowered> LowerBinary(Lowering& net, const Node& node);
Result<Lowered> LowerBatchNorm(Lowering& net, const Node& node);
Result<Lowered> LowerSoftmax(Lowering& net, const Node& node);
Result<Lowered> LowerReduce(Lowering& net, const Node& node);
Result<Lowered> LowerResize(Lowering& net, const Node& node);
Result<Lowered> LowerConcat(Lowering& net, const Node& node);
Result<Lowered> LowerIdentity(Lowering& net, const Node& node);
Result<Lowered> LowerReshape(Lowering& net, const Node& node);
Result<Lowered> LowerTranspose(Lowering& net, const Node& node);
Result<Lowered> LowerSlice(Lowering& net, const Node& node);
Result<Lowered> LowerSplit(Lowering& net, const Node& node);
Result<Lowered> LowerQuantize(Lowering& net, const Node& node);
Result<Lowered> LowerDequantize(Lowering& net, const Node& node);

/// Adds a step that makes the integers `target` of floats, each channel with a
/// PReLU before if there are slopes, which wants the channels innermost.
void AddQuantize(Lowering& net,
                 const QuantizedValue& target,
                 const Operand& from,
                 std::vector<float> slopes,
                 LayerInfo layer);

/// Adds a step that makes the floats `value` of integers.
void AddDequantize(Lowering& net,
                   const std::string& value,
                   const QuantizedValue& source);

/// The integers, channels innermost, that all inputs of `node` are made of,
/// when only a QuantizeLinear of the same scale reads its output: then an
/// operator that moves or compares may work on integers alone.
std::optional<std::vector<Operand>> SameBytes(Lowering& net, const Node& node);

/// Any operator, by the reference executor on row-major values. Allocates when
/// it runs.
///
/// Errors:
/// - kUnsupported: the reference executor does not know it either.
Result<void> LowerByReference(Lowering& net, const Node& node);

}  // namespace mien::onednn
