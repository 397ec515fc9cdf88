// SPDX-License-Identifier: Apache-2.0
//
// Tensors between ONNX's protobuf messages and ours. Only the files named
// onnx_* include protobuf headers.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>

#include "core/file.h"
#include "graph/tensor.h"
#include "mien/result.h"

namespace mien {

/// The type for an ONNX element type number.
///
/// Errors:
/// - kUnsupported: names the type.
Result<DataType> DataTypeFromOnnx(int element_type);

/// Reads any form of storage: raw_data or one of the typed fields. Takes the
/// bytes out of `proto` where it can.
///
/// Errors, each beginning with "tensor '<name>'":
/// - kCorruptModel: negative extents, or data that does not fit them.
/// - kUnsupported: element type, external data, segments.
Result<Tensor> TensorFromOnnx(onnx::TensorProto& proto);

/// TensorFromOnnx() of a tensor whose raw_data was left out of `proto` and
/// stands in `raw`, which is not copied.
Result<Tensor> TensorFromOnnx(onnx::TensorProto& proto, SharedBytes raw);

/// Writes `tensor` as raw_data.
void TensorToOnnx(const Tensor& tensor, onnx::TensorProto& proto);

}  // namespace mien
