// SPDX-License-Identifier: Apache-2.0
#include "train/executor/torch_tensor.h"

#include <cstring>
#include <span>

#include "train/train_error.h"

namespace mien::train {

torch::ScalarType ScalarTypeOf(DataType type) {
  switch (type) {
    case DataType::kFloat32:
      return torch::kFloat32;
    case DataType::kFloat16:
      return torch::kFloat16;
    case DataType::kBfloat16:
      return torch::kBFloat16;
    case DataType::kFloat64:
      return torch::kFloat64;
    case DataType::kInt8:
      return torch::kInt8;
    case DataType::kUint8:
      return torch::kUInt8;
    case DataType::kInt32:
      return torch::kInt32;
    case DataType::kInt64:
      return torch::kInt64;
    case DataType::kBool:
      return torch::kBool;
  }
  throw TrainError("an element type that the trainer does not know");
}

Tensor TorchFromTensor(const mien::Tensor& tensor) {
  Tensor copy =
      torch::empty(tensor.shape(), torch::dtype(ScalarTypeOf(tensor.type())));
  const auto bytes = tensor.bytes();
  std::memcpy(copy.data_ptr(), bytes.data(), bytes.size());
  return copy;
}

mien::Tensor TensorFromTorch(const Tensor& tensor) {
  const Tensor plain =
      tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  return mien::Tensor::Float(
      {plain.sizes().begin(), plain.sizes().end()},
      std::span(plain.data_ptr<float>(),
                static_cast<std::size_t>(plain.numel())));
}

}  // namespace mien::train
