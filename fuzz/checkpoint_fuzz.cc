// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "nets/torch_checkpoint.h"

// PyTorch checkpoints, both containers: a file is refused with a reason, or
// every tensor holds as many bytes as its extents say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto state =
      mien::nets::ParseTorchCheckpoint(std::as_bytes(std::span(data, size)));
  if (!state && state.error().message.empty()) {
    std::abort();
  }
  if (!state) {
    return 0;
  }
  for (const auto& [name, tensor] : *state) {
    const auto count =
        static_cast<std::size_t>(mien::NumElements(tensor.shape()));
    if (tensor.bytes().size() != count * mien::ElementBytes(tensor.type())) {
      std::abort();
    }
  }
  return 0;
}
