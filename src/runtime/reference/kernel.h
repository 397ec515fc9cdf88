// SPDX-License-Identifier: Apache-2.0
//
// Each file beside this one holds one family of operators and lists them in a
// table; kernel.cc joins the tables.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "runtime/reference/operands.h"

namespace mien::reference {

/// Computes the outputs of a node. Errors need not name the node.
using Kernel = Result<std::vector<Tensor>> (*)(const Operands& op);

struct KernelEntry {
  std::string_view op_type;

  /// The first so many inputs are there when `kernel` is called.
  std::size_t required_inputs;

  Kernel kernel;
};

using KernelTable = std::span<const KernelEntry>;

KernelTable ActivationKernels();
KernelTable BinaryKernels();
KernelTable ConvolutionKernels();
KernelTable ConvTransposeKernels();
KernelTable FusedKernels();
KernelTable LayoutKernels();
KernelTable LogicKernels();
KernelTable MatrixProductKernels();
KernelTable NormalizationKernels();
KernelTable PadKernels();
KernelTable PoolKernels();
KernelTable ReduceKernels();
KernelTable ResizeKernels();
KernelTable SelectionKernels();
KernelTable ShapeKernels();
KernelTable SoftmaxKernels();
KernelTable SortKernels();

/// The operator's entry, or null when there is none.
const KernelEntry* FindKernel(std::string_view op_type,
                              std::string_view domain);

}  // namespace mien::reference
