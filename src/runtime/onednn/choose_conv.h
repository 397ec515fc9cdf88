// SPDX-License-Identifier: Apache-2.0
//
// Which of oneDNN's float convolutions a layer runs on.
#pragma once

#include "runtime/onednn/conv_problem.h"

namespace mien::onednn {

/// A choice that oneDNN accepted.
struct ConvChoice {
  PrimitiveDesc desc;
  bool fuses_activation = false;
};

/// Whether Winograd's algorithm saves time in `problem`.
///
/// Winograd's convolution of 3x3 kernels (Lavin and Gray 2016, CVPR) saves more
/// than half of the products. It wants 16 channels, and so many outputs that
/// reading weights that are 4 times larger does not take what the products
/// save: of 256 channels each way on maps of 14 x 14 a run is 0.9 ms shorter,
/// and transforming the weights takes 2 ms, once (oneDNN's, which is slower at
/// that, 26 ms). Beyond some size they cost more memory than they are worth.
bool WinogradPays(const ConvProblem& problem);

/// The fastest that oneDNN offers; an empty descriptor where it offers none. A
/// convolution in bf16 leaves elements of type `result`. `standing` is how the
/// input stands already, empty where it is yet to be made.
ConvChoice ChooseConv(const Lowering& net,
                      const ConvProblem& problem,
                      Lowering::Type result,
                      const MemoryDesc& standing);

}  // namespace mien::onednn
