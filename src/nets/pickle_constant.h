// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "nets/byte_reader.h"
#include "nets/pickle.h"
#include "nets/pickle_opcode.h"

namespace mien::nets {

/// Whether `opcode` pushes a None, bool, number or string that follows it.
bool IsPickleConstant(Opcode opcode);

/// The constant of `opcode`, whose argument `reader` stands before; nothing
/// when the file ends first.
std::optional<PickleObject> ReadPickleConstant(Opcode opcode,
                                               ByteReader& reader);

}  // namespace mien::nets
