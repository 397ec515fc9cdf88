// SPDX-License-Identifier: Apache-2.0
#include "train/executor/device.h"

#include <ATen/Context.h>

#include <optional>

#include "train/train_error.h"

namespace mien::train {
namespace {

std::optional<torch::Device> Parsed(const std::string& name) {
  try {
    const torch::Device device(name);
    return device.is_cpu() || device.is_cuda() ? std::optional(device)
                                               : std::nullopt;
  } catch (const c10::Error&) {
    return std::nullopt;
  }
}

}  // namespace

torch::Device ParseDevice(const std::string& name) {
  const auto device = Parsed(name);
  if (!device) {
    throw TrainError("the device is \"" + name +
                     "\"; must be cpu, cuda or cuda:1");
  }
  if (device->is_cuda()) {
    // Torch's own message would list every backend it knows.
    if (!at::hasCUDA()) {
      throw TrainError("the device " + name +
                       " cannot be used: libtorch sees no GPU; it must be "
                       "built with CUDA (docs/training.md)");
    }
    try {
      torch::empty({1}, *device);
    } catch (const c10::Error& error) {
      const std::string text = error.what_without_backtrace();
      throw TrainError("the device " + name +
                       " cannot be used: " + text.substr(0, text.find('\n')));
    }
  }
  return *device;
}

}  // namespace mien::train
