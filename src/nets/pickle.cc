// SPDX-License-Identifier: Apache-2.0
#include "nets/pickle.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "nets/pickle_constant.h"
#include "nets/pickle_opcode.h"
#include "nets/pickle_stack.h"

namespace mien::nets {
namespace {

constexpr int kMostSteps = 1'000'000;  // a large checkpoint takes 20'000
constexpr Pickle::Global kOrderedDict = {"collections", "OrderedDict"};

std::string Hex(std::uint8_t byte) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  return {'0', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

}  // namespace

PickleRef PickleObject::Find(std::string_view key) const {
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i]->Is(Kind::kString) && items[i]->text == key) {
      return items[i + 1];
    }
  }
  return nullptr;
}

/// The stack machine that builds the objects.
class PickleMachine {
 public:
  using Kind = PickleObject::Kind;

  PickleMachine(ByteReader& reader, std::span<const Pickle::Global> allowed)
      : reader_(reader), allowed_(allowed) {}

  Result<Pickle> Run() {
    for (int step = 0; pickle_.root_ == nullptr; ++step) {
      if (step == kMostSteps) {
        return Error{ErrorCode::kLimitExceeded,
                     "pickle takes more than 1000000 steps"};
      }
      const auto code = reader_.Integer<std::uint8_t>();
      if (!code) {
        return Corrupt("is cut off");
      }
      MIEN_RETURN_IF_ERROR(Step(*code));
    }
    return std::move(pickle_);
  }

 private:
  /// Runs one opcode.
  Result<void> Step(std::uint8_t code) {
    const auto opcode = static_cast<Opcode>(code);
    if (IsPickleConstant(opcode)) {
      return PushConstant(opcode);
    }
    switch (opcode) {
      case Opcode::kStop:
        return Stop();
      case Opcode::kProto:
        return Skip(1);
      case Opcode::kFrame:
        return Skip(8);
      case Opcode::kPop:
        return Check(stack_.Pop() != nullptr, "pops nothing");
      case Opcode::kMark:
        stack_.Mark();
        return {};
      case Opcode::kEmptyDict:
        return Push({.kind = Kind::kDict});
      case Opcode::kEmptyList:
        return Push({.kind = Kind::kList});
      case Opcode::kEmptyTuple:
        return Push({.kind = Kind::kTuple});
      case Opcode::kTuple:
        return PushItems(Kind::kTuple, stack_.PopToMark());
      case Opcode::kTuple1:
        return PushItems(Kind::kTuple, stack_.PopMany(1));
      case Opcode::kTuple2:
        return PushItems(Kind::kTuple, stack_.PopMany(2));
      case Opcode::kTuple3:
        return PushItems(Kind::kTuple, stack_.PopMany(3));
      case Opcode::kAppend:
        return Extend(Kind::kList, stack_.PopMany(1));
      case Opcode::kAppends:
        return Extend(Kind::kList, stack_.PopToMark());
      case Opcode::kSetItem:
        return Extend(Kind::kDict, stack_.PopMany(2));
      case Opcode::kSetItems:
        return Extend(Kind::kDict, stack_.PopToMark());
      case Opcode::kBinPut:
        return Memoize(reader_.Integer<std::uint8_t>());
      case Opcode::kLongBinPut:
        return Memoize(reader_.Integer<std::uint32_t>());
      case Opcode::kMemoize:
        return Check(stack_.MemoizeNext(), "remembers nothing");
      case Opcode::kBinGet:
        return Recall(reader_.Integer<std::uint8_t>());
      case Opcode::kLongBinGet:
        return Recall(reader_.Integer<std::uint32_t>());
      case Opcode::kGlobal:
        return PushGlobalFromLines();
      case Opcode::kStackGlobal:
        return PushGlobalFromStack();
      case Opcode::kBinPersid:
        return PushItems(Kind::kPersistentId, stack_.PopMany(1));
      case Opcode::kReduce:
        return Reduce();
      case Opcode::kBuild:
        return Build();
      default:
        return Error{ErrorCode::kUnsupported,
                     "pickle opcode " + Hex(code) + " at byte " +
                         std::to_string(reader_.position() - 1) +
                         " is outside of the safe subset"};
    }
  }

  [[nodiscard]] Error Corrupt(const std::string& what) const {
    return {
        ErrorCode::kCorruptModel,
        "pickle " + what + " at byte " + std::to_string(reader_.position())};
  }

  Result<void> Check(bool holds, const std::string& fault) const {
    return holds ? Result<void>() : Corrupt(fault);
  }

  Result<void> Skip(std::uint64_t count) {
    return Check(reader_.Bytes(count).has_value(), "is cut off");
  }

  Result<void> Push(PickleObject object) {
    pickle_.objects_.push_back(std::move(object));
    stack_.Push(&pickle_.objects_.back());
    return {};
  }

  Result<void> PushConstant(Opcode opcode) {
    const auto constant = ReadPickleConstant(opcode, reader_);
    return constant ? Push(*constant) : Corrupt("is cut off");
  }

  Result<void> Stop() {
    pickle_.root_ = stack_.Pop();
    return Check(pickle_.root_ != nullptr, "ends without an object");
  }

  Result<void> PushItems(Kind kind,
                         std::optional<std::vector<PickleRef>> items) {
    if (!items) {
      return Corrupt("misses objects on its stack");
    }
    return Push({.kind = kind, .items = std::move(*items)});
  }

  /// Puts `items` into the list or dict on top of the stack.
  Result<void> Extend(Kind kind,
                      const std::optional<std::vector<PickleRef>>& items) {
    PickleObject* const target = stack_.Pop();
    if (!items || target == nullptr || !target->Is(kind) ||
        (kind == Kind::kDict && items->size() % 2 != 0)) {
      return Corrupt("fills a container that is not there");
    }
    target->items.insert(target->items.end(), items->begin(), items->end());
    stack_.Push(target);
    return {};
  }

  Result<void> Memoize(std::optional<std::uint32_t> key) {
    return Check(key && stack_.Memoize(*key), "remembers nothing");
  }

  Result<void> Recall(std::optional<std::uint32_t> key) {
    return Check(key && stack_.Recall(*key),
                 "recalls what it did not remember");
  }

  Result<void> PushGlobal(std::optional<std::string_view> module,
                          std::optional<std::string_view> name) {
    if (!module || !name) {
      return Corrupt("is cut off");
    }
    const auto matches = [&](const Pickle::Global& global) {
      return global.module == *module && global.name == *name;
    };
    if (!matches(kOrderedDict) && std::ranges::none_of(allowed_, matches)) {
      return Error{ErrorCode::kUnsupported,
                   "pickle names " + std::string(*module) + "." +
                       std::string(*name) +
                       ", which is not among what a state dict needs"};
    }
    return Push({.kind = Kind::kGlobal, .text = *name, .module = *module});
  }

  Result<void> PushGlobalFromLines() {
    const auto module = reader_.Line();
    const auto name = reader_.Line();
    return PushGlobal(module, name);
  }

  Result<void> PushGlobalFromStack() {
    const auto parts = stack_.PopMany(2);
    if (!parts || !(*parts)[0]->Is(Kind::kString) ||
        !(*parts)[1]->Is(Kind::kString)) {
      return Corrupt("names no global");
    }
    return PushGlobal((*parts)[0]->text, (*parts)[1]->text);
  }

  /// A call, kept as data; that of OrderedDict without arguments is a dict.
  Result<void> Reduce() {
    auto parts = stack_.PopMany(2);
    if (!parts || !(*parts)[0]->Is(Kind::kGlobal) ||
        !(*parts)[1]->Is(Kind::kTuple)) {
      return Corrupt("calls what is not a function");
    }
    const PickleObject& callee = *(*parts)[0];
    if (callee.module != kOrderedDict.module ||
        callee.text != kOrderedDict.name) {
      return PushItems(Kind::kCall, std::move(parts));
    }
    if (!(*parts)[1]->items.empty()) {
      return Error{ErrorCode::kUnsupported,
                   "pickle calls OrderedDict with arguments"};
    }
    return Push({.kind = Kind::kDict});
  }

  /// Attributes of an object: of a state dict its version numbers, which
  /// change nothing.
  Result<void> Build() {
    const PickleObject* const state = stack_.Pop();
    PickleObject* const object = stack_.Pop();
    if (state == nullptr || object == nullptr || !object->Is(Kind::kDict)) {
      return Corrupt("sets attributes of what is not a dict");
    }
    stack_.Push(object);
    return {};
  }

  ByteReader& reader_;
  std::span<const Pickle::Global> allowed_;
  Pickle pickle_;
  PickleStack stack_;
};

Result<Pickle> Pickle::Read(ByteReader& reader,
                            std::span<const Global> allowed) {
  return PickleMachine(reader, allowed).Run();
}

}  // namespace mien::nets
