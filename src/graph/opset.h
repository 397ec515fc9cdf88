// SPDX-License-Identifier: Apache-2.0
//
// Brings graphs of every supported opset into one form, so that shape inference
// and each executor implement every operator once.
#pragma once

#include <string_view>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Oldest and newest opset of ONNX's own domain that Canonicalize() reads.
/// (Opset 7 and 8 cost nothing more than 9, and the mxnet exports of ArcFace
/// that go round are of opset 8.)
inline constexpr int kOldestOpset = 7;
inline constexpr int kNewestOpset = 20;

/// What `opset` of a canonical graph says.
inline constexpr int kCanonicalOpset = 13;

/// `graph` in canonical form: operators as in opset 13, except that what is
/// constant in all known files is an attribute. Names of values and constants
/// stay; nodes and constants may be added. A canonical graph comes back
/// unchanged. The form is for executors and never written to a file.
///
/// In canonical form (x is the data input; attributes not listed, and
/// operators not listed, are those of opset 13; an absent attribute has its
/// default of opset 13):
///
///   all                   The last input listed is never "", except where
///                         below a number of inputs is always listed; required
///                         ones are there. One output, but for Split and TopK.
///   all                   float16, bfloat16 and float64 do not occur: inputs,
///                         constants and Cast targets are float32 instead.
///   Constant              does not occur: an initializer.
///   Squeeze, Unsqueeze    (x), attribute axes (ints, may be negative); Squeeze
///                         without it drops every extent of 1.
///   Reduce*, ArgMax,      (x), attributes axes or axis, keepdims (always
///   ArgMin                there); Reduce* without axes reduces all.
///   Clip                  (x), attributes min and max (floats, always there;
///                         float32's lowest and largest when not limited).
///                         With computed bounds: Max and Min.
///   Dropout               (x), attribute ratio; the identity at inference.
///   Pad                   (x, pads, value or "", axes or ""), attribute mode
///                         (always there: constant, reflect, edge). The four
///                         inputs are always listed.
///   Slice                 (x, starts, ends, axes or "", steps or ""), always
///                         five.
///   Split                 (x), attribute axis and attribute split (ints);
///                         without it, equal parts, one per output, the last
///                         one smaller if need be.
///   TopK                  (x, k), attributes axis, largest, sorted.
///   Upsample              does not occur: Resize.
///   Resize                (x, "", scales or "", sizes or ""), always four,
///                         scales or sizes one per axis of x; attributes mode
///                         (nearest, linear, cubic),
///                         coordinate_transformation_mode (half_pixel,
///                         asymmetric, pytorch_half_pixel, align_corners),
///                         nearest_mode (round_prefer_floor,
///                         round_prefer_ceil, floor, ceil), cubic_coeff_a,
///                         exclude_outside (0), all always there.
///   Softmax, LogSoftmax   attribute axis (always there), over that axis alone.
///                         The flattening of opsets below 13 is spelled out by
///                         Shape, Flatten, Reshape.
///   BatchNormalization    (x, scale, shift, mean, variance), attribute
///   epsilon;
///                         inference only.
///   LayerNormalization    (x, scale, shift or ""), attributes axis, epsilon.
///   InstanceNormalization (x, scale, shift), attribute epsilon.
///   Gemm                  (a, b, c or absent).
///   Pow                   A constant exponent is float32.
///   PRelu                 (x, slope), slope with 1 element or one per channel
///                         (extent 1 of x), whatever its extents.
///   Cast                  attribute to; onnx_types.h tells its DataType.
///   ConstantOfShape       attribute value (one element, always there).
///   Conv, ConvTranspose,  may still hold auto_pad and lack kernel_shape;
///   MaxPool, AveragePool  window.h resolves both.
///   HardSwish, Mish,      as in the opset that brought them.
///   Gelu
///
/// Errors:
/// - kUnsupported: opset outside [kOldestOpset, kNewestOpset], an operator that
///   is not IsSupportedOperator(), or a form of one that no executor runs;
///   names node, operator and opset.
/// - kCorruptModel: names the node and the attribute or input that is wrong.
Result<Graph> Canonicalize(const Graph& graph);

/// Whether Canonicalize() and InferShapes() know the operator (of ONNX's own
/// domain).
bool IsSupportedOperator(std::string_view op_type);

}  // namespace mien
