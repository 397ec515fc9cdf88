// SPDX-License-Identifier: Apache-2.0
//
// What the float and the 8-bit convolution share.
#pragma once

#include <string>
#include <vector>

#include "runtime/onednn/activation.h"
#include "runtime/onednn/lowering.h"

namespace mien::onednn {

/// A convolution as the node states it.
struct ConvProblem {
  const Tensor* weights = nullptr;
  const Tensor* bias = nullptr;  ///< may be null
  std::string residual;          ///< may be empty
  const Tensor* slope = nullptr;
  std::vector<Eltwise> eltwises;  ///< the activation but for PReLU
  Shape src;
  Shape dst;

  /// [M, C / g, kh, kw] or, of several groups, [g, M / g, C / g, kh, kw].
  Shape weight_shape;
  Window window;
};

/// The convolution of `node`; without weights where they are not constant.
///
/// Errors: those of ResolveWindow().
Result<ConvProblem> ReadConvProblem(const Lowering& net, const Node& node);

/// True when all that `node` has beside its input and residual is constant.
bool HasConstants(const Node& node, const ConvProblem& problem);

/// One slope per channel.
std::vector<float> SlopesOf(const Tensor& slope, std::int64_t channels);

/// Operations, multiply and add counted as two.
double ConvFlops(const ConvProblem& problem);

/// Where the convolution writes: over the residual when nobody else needs it.
Operand Destination(Lowering& net,
                    const ConvProblem& problem,
                    const MemoryDesc& desc,
                    const Operand& src);

/// Ends the lowering of `node`, whose sums stand in `dst`, float: applies the
/// activation unless `has_activation`, and defines the output, or the 8-bit
/// integers that alone are made of it.
void FinishConv(Lowering& net,
                const Node& node,
                const ConvProblem& problem,
                const Operand& dst,
                bool has_activation,
                const LayerInfo& layer);

/// Lowers `node` to a convolution of 8-bit integers; false, having done
/// nothing, where its input is not quantised or oneDNN has no fast
/// implementation.
bool LowerByteConv(Lowering& net, const Node& node, const ConvProblem& problem);

/// Lowers `node` to the depthwise kernel of our own; false, having done
/// nothing, where it does not fit.
bool LowerDepthwise(Lowering& net,
                    const Node& node,
                    const ConvProblem& problem);

/// Lowers `node` to the Winograd kernel of our own; false, having done nothing,
/// where it does not fit or pay.
bool LowerWinograd(Lowering& net, const Node& node, const ConvProblem& problem);

/// True when LowerDepthwise() will take `node` and apply the PReLU of its input
/// as well (Lowering::DefineUnrectified()).
bool RectifiesItsInput(const Lowering& net, const Node& node);

}  // namespace mien::onednn
