// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "graph/tensor.h"

namespace mien {

/// The type for a number of ONNX's TensorProto.DataType, as in attribute `to`
/// of Cast; nothing for those that mien does not know.
std::optional<DataType> DataTypeFromOnnxNumber(std::int64_t number);

int OnnxNumberFromDataType(DataType type);

}  // namespace mien
