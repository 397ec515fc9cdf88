// SPDX-License-Identifier: Apache-2.0
//
// The two operators that the passes make out of several and every executor
// knows. Both stand in the domain kMienDomain and never in a file.
//
// FusedConv: y = activation(conv(x, w) + b + residual)
//   inputs      x [N, C, H, W], w [M, C / group, kh, kw], b [M] or "",
//               residual [N, M, OH, OW] or "", slope [M] or [1] or ""
//   attributes  those of ONNX Conv (auto_pad already resolved into pads), and
//               activation  one of kActivationNames, "" for none
//               alpha, beta floats: LeakyRelu slope (alpha); Clip low, high;
//                           HardSigmoid alpha, beta
//
// FusedGemm: y = activation(x w^T + b)
//   inputs      x [N, K], w [M, K], b [M] or "", slope [M] or [1] or ""
//   attributes  activation, alpha, beta as above
#pragma once

#include <array>
#include <string_view>

namespace mien {

inline constexpr std::string_view kFusedConv = "FusedConv";
inline constexpr std::string_view kFusedGemm = "FusedGemm";

/// "PRelu" takes its slopes from the slope input; "Swish" is x * sigmoid(x).
inline constexpr std::array<std::string_view, 9> kActivationNames = {
    "Relu",
    "LeakyRelu",
    "PRelu",
    "Clip",
    "Sigmoid",
    "Tanh",
    "HardSigmoid",
    "HardSwish",
    "Swish"};

}  // namespace mien
