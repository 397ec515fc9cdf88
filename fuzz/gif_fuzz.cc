// SPDX-License-Identifier: Apache-2.0
#include "fuzz/decoder_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  return mien::FuzzDecoder(&mien::DecodeGif, data, size);
}
