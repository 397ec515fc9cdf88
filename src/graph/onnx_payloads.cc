// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_payloads.h"

#include <cstdint>
#include <optional>
#include <span>

namespace mien {
namespace {

// Field numbers of onnx.proto3.
constexpr std::uint64_t kModelGraph = 7;
constexpr std::uint64_t kGraphInitializer = 5;
constexpr std::uint64_t kTensorRawData = 9;

/// Smaller ones are not worth a detour.
constexpr std::size_t kLargePayload = 4096;

/// Wire types of protobuf's encoding.
enum class WireType : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kFixed32 = 5,
};

using Bytes = std::span<const std::byte>;

/// One field of a message: where it begins, and its content if that is bytes.
struct Field {
  std::uint64_t number = 0;
  WireType type = WireType::kVarint;
  Bytes whole;
  Bytes content;
};

std::optional<std::uint64_t> TakeVarint(Bytes& bytes) {
  constexpr unsigned kMostBits = 63;
  std::uint64_t value = 0;
  for (unsigned shift = 0; !bytes.empty() && shift <= kMostBits; shift += 7) {
    const auto byte = std::to_integer<std::uint64_t>(bytes.front());
    bytes = bytes.subspan(1);
    value |= (byte & 0x7FU) << shift;
    if (byte < 0x80U) {
      return value;
    }
  }
  return std::nullopt;
}

/// The next field of `message`, which is shortened by it; nothing when it is
/// damaged or of an old form (groups).
std::optional<Field> TakeField(Bytes& message) {
  const Bytes begin = message;
  const auto tag = TakeVarint(message);
  if (!tag) {
    return std::nullopt;
  }
  Field field{.number = *tag >> 3U,
              .type = static_cast<WireType>(*tag & 7U),
              .whole = {},
              .content = {}};
  std::uint64_t length = 0;
  if (field.type == WireType::kVarint) {
    if (!TakeVarint(message)) {
      return std::nullopt;
    }
  } else if (field.type == WireType::kFixed64) {
    length = 8;
  } else if (field.type == WireType::kFixed32) {
    length = 4;
  } else if (field.type == WireType::kBytes) {
    const auto stated = TakeVarint(message);
    if (!stated) {
      return std::nullopt;
    }
    length = *stated;
  } else {
    return std::nullopt;
  }
  if (length > message.size()) {
    return std::nullopt;
  }
  field.content = message.first(static_cast<std::size_t>(length));
  message = message.subspan(static_cast<std::size_t>(length));
  field.whole = begin.first(begin.size() - message.size());
  return field;
}

void Append(std::string& text, Bytes bytes) {
  text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void AppendVarint(std::string& text, std::uint64_t value) {
  while (value >= 0x80U) {
    text.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
    value >>= 7U;
  }
  text.push_back(static_cast<char>(value));
}

void AppendMessage(std::string& text,
                   std::uint64_t number,
                   const std::string& message) {
  AppendVarint(text, number << 3U | static_cast<unsigned>(WireType::kBytes));
  AppendVarint(text, message.size());
  text += message;
}

/// `message` with `replace(field, text)` called for each field; it appends what
/// stands for the field and returns false when that is damaged.
template <typename Replace>
std::optional<std::string> Rewritten(Bytes message, Replace replace) {
  std::string text;
  while (!message.empty()) {
    const auto field = TakeField(message);
    if (!field || !replace(*field, text)) {
      return std::nullopt;
    }
  }
  return text;
}

/// A tensor without its raw_data, if that is large, which is `payload` then.
std::optional<std::string> StripTensor(Bytes tensor,
                                       std::optional<Bytes>& payload) {
  return Rewritten(tensor, [&](const Field& field, std::string& text) {
    if (field.number == kTensorRawData && field.type == WireType::kBytes) {
      if (field.content.size() >= kLargePayload) {
        payload = field.content;
        return true;
      }
      payload.reset();  // the last one counts
    }
    Append(text, field.whole);
    return true;
  });
}

/// A graph without the payloads of its initializers, of which `count` came
/// before.
std::optional<std::string> StripGraph(Bytes graph,
                                      const SharedBytes& file,
                                      int& count,
                                      OnnxPayloads& payloads) {
  return Rewritten(graph, [&](const Field& field, std::string& text) {
    if (field.number != kGraphInitializer || field.type != WireType::kBytes) {
      Append(text, field.whole);
      return true;
    }
    std::optional<Bytes> payload;
    const auto tensor = StripTensor(field.content, payload);
    if (!tensor) {
      return false;
    }
    if (payload) {
      payloads[count] = {file.owner, *payload};
    }
    ++count;
    AppendMessage(text, kGraphInitializer, *tensor);
    return true;
  });
}

}  // namespace

StrippedOnnx StripPayloads(const SharedBytes& file) {
  StrippedOnnx stripped;
  int count = 0;
  auto message =
      Rewritten(file.bytes, [&](const Field& field, std::string& text) {
        if (field.number != kModelGraph || field.type != WireType::kBytes) {
          Append(text, field.whole);
          return true;
        }
        const auto graph =
            StripGraph(field.content, file, count, stripped.payloads);
        if (!graph) {
          return false;
        }
        AppendMessage(text, kModelGraph, *graph);
        return true;
      });
  if (!message) {
    stripped.payloads.clear();
    message.emplace();
    Append(*message, file.bytes);
  }
  stripped.message = *std::move(message);
  return stripped;
}

}  // namespace mien
