// SPDX-License-Identifier: Apache-2.0
#include "nets/pickle.h"

#include <algorithm>
#include <bit>
#include <string>
#include <unordered_map>
#include <utility>

#include "nets/pickle_opcode.h"

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
  /// Runs one opcode, by what it does: constants, containers, the memo, or
  /// what reaches outside of the pickle.
  Result<void> Step(std::uint8_t code) {
    const auto opcode = static_cast<Opcode>(code);
    switch (opcode) {
      case Opcode::kStop:
        return Stop();
      case Opcode::kProto:
        return Skip(1);
      case Opcode::kFrame:
        return Skip(8);
      case Opcode::kPop:
        return Pop().has_value() ? Result<void>() : Corrupt("pops nothing");
      case Opcode::kMark:
        marks_.push_back(stack_.size());
        return {};
      case Opcode::kNone:
      case Opcode::kNewTrue:
      case Opcode::kNewFalse:
      case Opcode::kBinInt:
      case Opcode::kBinInt1:
      case Opcode::kBinInt2:
      case Opcode::kLong1:
      case Opcode::kBinFloat:
      case Opcode::kBinString:
      case Opcode::kShortBinString:
      case Opcode::kBinUnicode:
      case Opcode::kShortBinUnicode:
        return PushConstant(opcode);
      case Opcode::kEmptyDict:
        return Push({.kind = Kind::kDict});
      case Opcode::kEmptyList:
        return Push({.kind = Kind::kList});
      case Opcode::kEmptyTuple:
        return Push({.kind = Kind::kTuple});
      case Opcode::kTuple:
        return PushTupleFromMark();
      case Opcode::kTuple1:
        return PushTuple(1);
      case Opcode::kTuple2:
        return PushTuple(2);
      case Opcode::kTuple3:
        return PushTuple(3);
      case Opcode::kAppend:
        return Extend(Kind::kList, 1);
      case Opcode::kAppends:
        return ExtendFromMark(Kind::kList);
      case Opcode::kSetItem:
        return Extend(Kind::kDict, 2);
      case Opcode::kSetItems:
        return ExtendFromMark(Kind::kDict);
      case Opcode::kBinPut:
        return Memoize(reader_.Integer<std::uint8_t>());
      case Opcode::kLongBinPut:
        return Memoize(reader_.Integer<std::uint32_t>());
      case Opcode::kMemoize:
        return Memoize(static_cast<std::uint32_t>(memo_.size()));
      case Opcode::kBinGet:
        return Recall(reader_.Integer<std::uint8_t>());
      case Opcode::kLongBinGet:
        return Recall(reader_.Integer<std::uint32_t>());
      case Opcode::kGlobal:
        return PushGlobalFromLines();
      case Opcode::kStackGlobal:
        return PushGlobalFromStack();
      case Opcode::kBinPersid:
        return PushPersistentId();
      case Opcode::kReduce:
        return Reduce();
      case Opcode::kBuild:
        return Build();
    }
    return Error{ErrorCode::kUnsupported,
                 "pickle opcode " + Hex(code) + " at byte " +
                     std::to_string(reader_.position() - 1) +
                     " is outside of the safe subset"};
  }

  [[nodiscard]] Error Corrupt(const std::string& what) const {
    return {
        ErrorCode::kCorruptModel,
        "pickle " + what + " at byte " + std::to_string(reader_.position())};
  }

  Result<void> Skip(std::uint64_t count) {
    return reader_.Bytes(count) ? Result<void>() : Corrupt("is cut off");
  }

  Result<void> Push(PickleObject object) {
    pickle_.objects_.push_back(std::move(object));
    stack_.push_back(&pickle_.objects_.back());
    return {};
  }

  /// The newest object above the last mark.
  std::optional<PickleObject*> Pop() {
    if (stack_.empty() || (!marks_.empty() && marks_.back() == stack_.size())) {
      return std::nullopt;
    }
    PickleObject* const top = stack_.back();
    stack_.pop_back();
    return top;
  }

  Result<void> Stop() {
    const auto top = Pop();
    if (!top) {
      return Corrupt("ends without an object");
    }
    pickle_.root_ = *top;
    return {};
  }

  template <typename T>
  Result<void> PushInteger(std::optional<T> value) {
    if (!value) {
      return Corrupt("is cut off");
    }
    return Push(
        {.kind = Kind::kInteger, .integer = static_cast<std::int64_t>(*value)});
  }

  template <typename Length>
  Result<void> PushString(std::optional<Length> length) {
    const auto text =
        length ? reader_.Text(std::uint64_t{*length}) : std::nullopt;
    if (!text) {
      return Corrupt("is cut off");
    }
    return Push({.kind = Kind::kString, .text = *text});
  }

  Result<void> PushConstant(Opcode opcode) {
    switch (opcode) {
      case Opcode::kNone:
        return Push({.kind = Kind::kNone});
      case Opcode::kNewTrue:
        return Push({.kind = Kind::kBool, .integer = 1});
      case Opcode::kNewFalse:
        return Push({.kind = Kind::kBool, .integer = 0});
      case Opcode::kBinInt:
        return PushInteger(reader_.Integer<std::int32_t>());
      case Opcode::kBinInt1:
        return PushInteger(reader_.Integer<std::uint8_t>());
      case Opcode::kBinInt2:
        return PushInteger(reader_.Integer<std::uint16_t>());
      case Opcode::kLong1:
        return PushLong();
      case Opcode::kBinFloat:
        return PushReal();
      case Opcode::kShortBinString:
      case Opcode::kShortBinUnicode:
        return PushString(reader_.Integer<std::uint8_t>());
      default:  // BINSTRING and BINUNICODE
        return PushString(reader_.Integer<std::uint32_t>());
    }
  }

  /// Two's complement of any length, lowest byte first.
  Result<void> PushLong() {
    const auto length = reader_.Integer<std::uint8_t>();
    const auto text = length ? reader_.Text(*length) : std::nullopt;
    if (!text) {
      return Corrupt("is cut off");
    }
    if (text->size() > sizeof(std::int64_t)) {
      return Push({.kind = Kind::kLong, .text = *text});
    }
    const bool is_negative =
        !text->empty() && (static_cast<unsigned char>(text->back()) & 0x80U);
    std::uint64_t value = is_negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = text->size(); i-- > 0;) {
      value = (value << 8U) | static_cast<unsigned char>((*text)[i]);
    }
    return PushInteger(std::optional(static_cast<std::int64_t>(value)));
  }

  /// A double, highest byte first.
  Result<void> PushReal() {
    const auto bytes = reader_.Bytes(8);
    if (!bytes) {
      return Corrupt("is cut off");
    }
    std::uint64_t bits = 0;
    for (const std::byte byte : *bytes) {
      bits = (bits << 8U) | std::to_integer<std::uint64_t>(byte);
    }
    return Push({.kind = Kind::kReal, .real = std::bit_cast<double>(bits)});
  }

  /// The newest `count` objects, oldest first.
  std::optional<std::vector<PickleRef>> PopMany(std::size_t count) {
    const std::size_t floor = marks_.empty() ? 0 : marks_.back();
    if (stack_.size() - floor < count) {
      return std::nullopt;
    }
    std::vector<PickleRef> items(stack_.end() - static_cast<long>(count),
                                 stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
  }

  /// Everything above the last mark, which goes too.
  std::optional<std::vector<PickleRef>> PopToMark() {
    if (marks_.empty()) {
      return std::nullopt;
    }
    auto items = PopMany(stack_.size() - marks_.back());
    marks_.pop_back();
    return items;
  }

  Result<void> PushItems(Kind kind,
                         std::optional<std::vector<PickleRef>> items) {
    if (!items) {
      return Corrupt("misses objects on its stack");
    }
    return Push({.kind = kind, .items = std::move(*items)});
  }

  Result<void> PushTuple(std::size_t count) {
    return PushItems(Kind::kTuple, PopMany(count));
  }

  Result<void> PushTupleFromMark() {
    return PushItems(Kind::kTuple, PopToMark());
  }

  Result<void> Extend(Kind kind, std::size_t count) {
    return ExtendBy(kind, PopMany(count));
  }

  Result<void> ExtendFromMark(Kind kind) { return ExtendBy(kind, PopToMark()); }

  /// Puts `items` into the list or dict on top of the stack.
  Result<void> ExtendBy(Kind kind,
                        const std::optional<std::vector<PickleRef>>& items) {
    const std::optional<PickleObject*> target = Pop();
    if (!items || !target || !(*target)->Is(kind) ||
        (kind == Kind::kDict && items->size() % 2 != 0)) {
      return Corrupt("fills a container that is not there");
    }
    (*target)->items.insert(
        (*target)->items.end(), items->begin(), items->end());
    stack_.push_back(*target);
    return {};
  }

  template <typename T>
  Result<void> Memoize(std::optional<T> key) {
    if (!key || stack_.empty()) {
      return Corrupt("remembers nothing");
    }
    memo_[*key] = stack_.back();
    return {};
  }

  Result<void> Memoize(std::uint32_t key) {
    return Memoize(std::optional(key));
  }

  template <typename T>
  Result<void> Recall(std::optional<T> key) {
    const auto found = key ? memo_.find(*key) : memo_.end();
    if (found == memo_.end()) {
      return Corrupt("recalls what it did not remember");
    }
    stack_.push_back(found->second);
    return {};
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
    const auto parts = PopMany(2);
    if (!parts || !(*parts)[0]->Is(Kind::kString) ||
        !(*parts)[1]->Is(Kind::kString)) {
      return Corrupt("names no global");
    }
    return PushGlobal((*parts)[0]->text, (*parts)[1]->text);
  }

  Result<void> PushPersistentId() {
    return PushItems(Kind::kPersistentId, PopMany(1));
  }

  /// A call, kept as data; that of OrderedDict without arguments is a dict.
  Result<void> Reduce() {
    auto parts = PopMany(2);
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
    const auto state = Pop();
    const auto object = Pop();
    if (!state || !object || !(*object)->Is(Kind::kDict)) {
      return Corrupt("sets attributes of what is not a dict");
    }
    stack_.push_back(*object);
    return {};
  }

  ByteReader& reader_;
  std::span<const Pickle::Global> allowed_;
  Pickle pickle_;
  std::vector<PickleObject*> stack_;
  std::vector<std::size_t> marks_;  ///< heights of stack_
  std::unordered_map<std::uint32_t, PickleObject*> memo_;
};

Result<Pickle> Pickle::Read(ByteReader& reader,
                            std::span<const Global> allowed) {
  return PickleMachine(reader, allowed).Run();
}

}  // namespace mien::nets
