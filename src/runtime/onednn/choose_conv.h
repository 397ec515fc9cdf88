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

/// Whether Winograd's convolution saves time (see there).
bool WinogradPays(const ConvProblem& problem);

/// The fastest that oneDNN offers; an empty descriptor where it offers none. A
/// convolution in bf16 leaves elements of type `result`. `standing` is how the
/// input stands already, empty where it is yet to be made.
ConvChoice ChooseConv(const Lowering& net,
                      const ConvProblem& problem,
                      Lowering::Type result,
                      const MemoryDesc& standing);

}  // namespace mien::onednn
