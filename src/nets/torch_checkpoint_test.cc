// SPDX-License-Identifier: Apache-2.0
#include "nets/torch_checkpoint.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "nets/checkpoint_samples.h"

namespace mien::nets {
namespace {

// Pieces of pickles by hand, for files that PyTorch would not write.

std::string Bytes(std::uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes += static_cast<char>(value >> (8 * i));
  }
  return bytes;
}

/// LONG1 of eight bytes.
std::string Int(std::int64_t value) {
  return "\x8a\x08" + Bytes(static_cast<std::uint64_t>(value), 8);
}

/// BINUNICODE.
std::string Str(std::string_view text) {
  return "X" + Bytes(text.size(), 4) + std::string(text);
}

std::string Tuple(const std::vector<std::int64_t>& values) {
  std::string tuple = "(";
  for (const std::int64_t value : values) {
    tuple += Int(value);
  }
  return tuple + "t";
}

std::string Global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}

/// A tensor on storage "k", which says it has `num_elements`.
std::string TensorCall(std::int64_t num_elements,
                       std::int64_t offset,
                       const std::vector<std::int64_t>& shape,
                       const std::vector<std::int64_t>& strides) {
  return Global("torch._utils", "_rebuild_tensor_v2") + "((" + Str("storage") +
         Global("torch", "FloatStorage") + Str("k") + Str("cpu") +
         Int(num_elements) + "NtQ" + Int(offset) + Tuple(shape) +
         Tuple(strides) + "\x89}tR";
}

/// A key and a tensor, to be put into a dict.
const std::string kTensor = Str("w") + TensorCall(6, 0, {6}, {1});

/// A legacy file with the object `body` and six floats, 0 to 5, in storage "k".
std::vector<std::byte> LegacyFile(const std::string& body) {
  std::string file =
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M";
  file += Bytes(1001, 2) + ".";
  file += "\x80\x02}(" + Str("little_endian") + "\x88u.";
  file += "\x80\x02" + body + ".";
  file += "\x80\x02](" + Str("k") + "e.";
  file += Bytes(6, 8);
  for (const std::uint32_t bits : {0x0U,
                                   0x3f800000U,
                                   0x40000000U,
                                   0x40400000U,
                                   0x40800000U,
                                   0x40a00000U}) {
    file += Bytes(bits, 4);
  }
  const auto view = std::as_bytes(std::span(file));
  return {view.begin(), view.end()};
}

std::vector<std::byte> OneTensor(std::int64_t num_elements,
                                 std::int64_t offset,
                                 const std::vector<std::int64_t>& shape,
                                 const std::vector<std::int64_t>& strides) {
  return LegacyFile("}(" + Str("w") +
                    TensorCall(num_elements, offset, shape, strides) + "u");
}

std::string ErrorOf(std::span<const std::byte> file) {
  const auto state = ParseTorchCheckpoint(file);
  return state ? "no error" : state.error().message;
}

void ExpectSample(std::string_view hex) {
  const auto state = ParseTorchCheckpoint(FromHex(hex));
  ASSERT_TRUE(state) << state.error().message;
  ASSERT_EQ(state->size(), 4U);
  EXPECT_EQ(state->at("a").shape(), (Shape{2, 3}));
  EXPECT_EQ(state->at("a").ToFloats(), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(state->at("a_t").shape(), (Shape{3, 2}));
  EXPECT_EQ(state->at("a_t").ToFloats(),
            (std::vector<float>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(state->at("half").type(), DataType::kFloat16);
  EXPECT_EQ(state->at("half").ToFloats(), (std::vector<float>{1.5F, -2.0F}));
  EXPECT_EQ(state->at("n").shape(), Shape{});
  EXPECT_EQ(state->at("n").ToInts(), std::vector<std::int64_t>{7});
}

TEST(ParseTorchCheckpoint, ReadsTheLegacyContainer) {
  ExpectSample(kLegacyCheckpoint);
}

TEST(ParseTorchCheckpoint, ReadsTheZipContainer) {
  ExpectSample(kZipCheckpoint);
}

TEST(ParseTorchCheckpoint, LooksUnderStateDict) {
  const auto state = ParseTorchCheckpoint(
      LegacyFile("}(" + Str("epoch") + Int(3) + Str("state_dict") + "}(" +
                 Str("w") + TensorCall(6, 4, {2}, {1}) + "uu"));
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(state->at("w").ToFloats(), (std::vector<float>{4, 5}));
}

TEST(ParseTorchCheckpoint, TakesEveryStrideAsItStands) {
  const auto state = ParseTorchCheckpoint(OneTensor(6, 1, {2, 2}, {3, 1}));
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(state->at("w").ToFloats(), (std::vector<float>{1, 2, 4, 5}));
}

TEST(ParseTorchCheckpoint, RefusesATensorOutsideOfItsStorage) {
  const std::string outside =
      "PyTorch checkpoint: w: it reaches outside of its storage";
  EXPECT_EQ(ErrorOf(OneTensor(6, 1, {6}, {1})), outside);
  EXPECT_EQ(ErrorOf(OneTensor(6, 0, {2, 2}, {5, 1})), outside);
  EXPECT_EQ(ErrorOf(OneTensor(1'000'000, 0, {7}, {1})), outside);
  EXPECT_EQ(ErrorOf(OneTensor(6, 0, {2}, {INT64_MAX})), outside);
  EXPECT_EQ(ErrorOf(OneTensor(6, INT64_MAX, {2}, {INT64_MAX})), outside);
  EXPECT_EQ(ErrorOf(OneTensor(6, 0, {1LL << 32, 1LL << 32, 1}, {0, 0, 0})),
            outside);
}

TEST(ParseTorchCheckpoint, RefusesNegativeExtentsAndStrides) {
  const std::string damaged =
      "PyTorch checkpoint: w: has damaged extents or strides";
  EXPECT_EQ(ErrorOf(OneTensor(6, 0, {-1}, {1})), damaged);
  EXPECT_EQ(ErrorOf(OneTensor(6, 5, {2}, {-1})), damaged);
  EXPECT_EQ(ErrorOf(OneTensor(6, -1, {2}, {1})), damaged);
  EXPECT_EQ(ErrorOf(OneTensor(6, 0, {2, 1}, {1})), damaged);
}

/// A dict with six floats of storage "k" under `count` names.
std::vector<std::byte> SharedTensors(int count) {
  std::string body = "}(" + Str("w") + TensorCall(6, 0, {6}, {1}) + "q\x01";
  for (int i = 0; i < count; ++i) {
    body += "X" + Bytes(1, 4) + static_cast<char>(i) + "h\x01";
  }
  return LegacyFile(body + "u");
}

TEST(ParseTorchCheckpoint, LetsTensorsShareAStorage) {
  EXPECT_EQ(ErrorOf(SharedTensors(10)), "no error");
}

TEST(ParseTorchCheckpoint, RunsNothing) {
  EXPECT_EQ(ErrorOf(LegacyFile(Global("posix", "system") + "(" +
                               Str("echo hello") + "tR")),
            "PyTorch checkpoint: pickle names posix.system, which is not "
            "among what a state dict needs");
}

TEST(ParseTorchCheckpoint, NamesAnOpcodeOutsideOfTheSubset) {
  EXPECT_EQ(ErrorOf(LegacyFile("i")),
            "PyTorch checkpoint: pickle opcode 0x69 at byte 48 is outside of "
            "the safe subset");
}

TEST(ParseTorchCheckpoint, NamesWhatIsNotATensor) {
  EXPECT_EQ(ErrorOf(LegacyFile("}(" + kTensor + Str("epoch") + Int(3) + "u")),
            "PyTorch checkpoint: epoch: is not a tensor");
}

TEST(ParseTorchCheckpoint, SurvivesContainersThatHoldThemselves) {
  const std::string itself = "h\x01";
  EXPECT_EQ(ErrorOf(LegacyFile("]q\x01(" + itself + kTensor + "e")),
            "PyTorch checkpoint: holds no state dict");
  EXPECT_EQ(ErrorOf(LegacyFile("}q\x01(" + kTensor + Str("x") + itself + "u")),
            "PyTorch checkpoint: x: is not a tensor");
}

TEST(ParseTorchCheckpoint, SurvivesDeepNesting) {
  // A tuple in a tuple in a tuple ...
  EXPECT_NE(ErrorOf(LegacyFile(")" + std::string(200'000, '\x85'))),
            "no error");
}

TEST(ParseTorchCheckpoint, RefusesEveryTruncation) {
  for (const std::string_view hex : {kLegacyCheckpoint, kZipCheckpoint}) {
    const std::vector<std::byte> file = FromHex(hex);
    for (std::size_t size = 0; size < file.size(); ++size) {
      EXPECT_FALSE(ParseTorchCheckpoint(std::span(file).first(size))) << size;
    }
  }
}

TEST(ParseTorchCheckpoint, SurvivesEveryDamagedByte) {
  for (const std::string_view hex : {kLegacyCheckpoint, kZipCheckpoint}) {
    const std::vector<std::byte> file = FromHex(hex);
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const int value : {0x00, 0x7f, 0xff}) {
        std::vector<std::byte> damaged = file;
        damaged[i] = static_cast<std::byte>(value);
        const auto state = ParseTorchCheckpoint(damaged);
        EXPECT_TRUE(state || !state.error().message.empty());
      }
    }
  }
}

TEST(ParseTorchCheckpoint, NoticesADamagedZipEntry) {
  std::vector<std::byte> file = FromHex(kZipCheckpoint);
  file[512] ^= std::byte{1};  // in a tensor's data
  EXPECT_NE(ErrorOf(file).find("is damaged (wrong checksum)"),
            std::string::npos)
      << ErrorOf(file);
}

TEST(ParseTorchCheckpoint, SaysThatAFileIsNoCheckpoint) {
  const std::string text = "hello";
  EXPECT_EQ(ErrorOf(std::as_bytes(std::span(text))),
            "PyTorch checkpoint: the file is not one of torch.save()");
}

TEST(LoadTorchCheckpoint, NamesAMissingFile) {
  const auto state = LoadTorchCheckpoint("/nowhere/a.pt");
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace mien::nets
