// SPDX-License-Identifier: Apache-2.0
//
// Python's pickles, as far as state dicts need them. A pickle is a program
// that may call any function of the machine it is loaded on; this reader runs
// none: it knows a list of opcodes that build data, keeps calls as data, and
// refuses everything else by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "mien/result.h"
#include "nets/byte_reader.h"

namespace mien::nets {

struct PickleObject;

/// An object of a Pickle; valid as long as the pickle.
using PickleRef = const PickleObject*;

struct PickleObject {
  enum class Kind : std::uint8_t {
    kNone,
    kBool,
    kInteger,
    kLong,  ///< an integer of more than 64 bits: its bytes in `text`
    kReal,
    kString,
    kTuple,
    kList,
    kDict,          ///< `items` hold key, value, key, value, ...
    kGlobal,        ///< a class or function: `module` and its name in `text`
    kPersistentId,  ///< `items[0]` says which
    kCall,          ///< `items`: the global, its arguments (a tuple)
  };

  Kind kind = Kind::kNone;
  std::int64_t integer = 0;
  double real = 0.0;
  std::string_view text = {};
  std::string_view module = {};
  std::vector<PickleRef> items = {};

  [[nodiscard]] bool Is(Kind wanted) const { return kind == wanted; }

  /// The value that a dict holds under `key`, or null.
  [[nodiscard]] PickleRef Find(std::string_view key) const;
};

/// A pickle that has been read. Owns its objects, which may refer to each other
/// in circles; strings are views into the file.
class Pickle {
 public:
  /// A class or function that a pickle may name.
  struct Global {
    std::string_view module;
    std::string_view name;
  };

  /// Reads one pickle of protocol 2 to 5 from `reader` and leaves that behind
  /// its end. `allowed` are the globals it may name; "collections OrderedDict"
  /// is always allowed and becomes a dict.
  ///
  /// Errors:
  /// - kCorruptModel: cut off, or its opcodes make no sense; says at which
  /// byte.
  /// - kUnsupported: an opcode outside of the safe subset or a global that is
  ///   not allowed, by name.
  /// - kLimitExceeded: more than a million opcodes.
  static Result<Pickle> Read(ByteReader& reader,
                             std::span<const Global> allowed);

  [[nodiscard]] PickleRef root() const { return root_; }

  [[nodiscard]] const std::deque<PickleObject>& objects() const {
    return objects_;
  }

 private:
  friend class PickleMachine;
  std::deque<PickleObject> objects_;
  PickleRef root_ = nullptr;
};

}  // namespace mien::nets
