// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/rotate.h"
#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// SixSquares() eight times as large, written by heif-enc (libheif 1.15) with
// -q 90 -p chroma=444: as AVIF, the same with a quarter turn to the left (an
// `irot` box) added, and as HEIC, where it is cut out of one tile of 64 x 64.
constexpr char kAvif[] =
    "0000001c667479706176696600000000617669666d6966316d696166000000ea6d657461"
    "000000000000002168646c72000000000000000070696374000000000000000000000000"
    "000000000e7069746d00000000000100000022696c6f6300000000444000010001000000"
    "00010e000100000000000000540000002369696e6600000000000100000015696e666502"
    "0000000001000061763031000000006a697072700000004b6970636f00000013636f6c72"
    "6e636c78000200020006800000000c617631438120020000000014697370650000000000"
    "00003000000020000000107069786900000000030808080000001769706d610000000000"
    "000001000104818203840000005c6d64617412000a0938152ffb08101034803245118000"
    "0040e9417f80fadc2f383af31b5bf4cac0351f1f0439ab0cd80bcd6d2cc1fc2a4269a06f"
    "43f190dbf6b86c976d3be9942b5bf60ff75935622dc40e4ac54098977c02";
constexpr char kTurnedAvif[] =
    "0000001c667479706176696600000000617669666d6966316d696166000000f46d657461"
    "000000000000002168646c72000000000000000070696374000000000000000000000000"
    "000000000e7069746d00000000000100000022696c6f6300000000444000010001000000"
    "000118000100000000000000540000002369696e6600000000000100000015696e666502"
    "0000000001000061763031000000007469707270000000546970636f00000013636f6c72"
    "6e636c78000200020006800000000c617631438120020000000014697370650000000000"
    "00003000000020000000107069786900000000030808080000000969726f740100000018"
    "69706d61000000000000000100010581820384850000005c6d64617412000a0938152ffb"
    "081010348032451180000040e9417f80fadc2f383af31b5bf4cac0351f1f0439ab0cd80b"
    "cd6d2cc1fc2a4269a06f43f190dbf6b86c976d3be9942b5bf60ff75935622dc40e4ac540"
    "98977c02";
constexpr char kHeic[] =
    "0000001c6674797068656963000000006d696631686569636d696166000001ae6d657461"
    "000000000000002168646c72000000000000000070696374000000000000000000000000"
    "000000000e7069746d000000000002000000106964617400000000003000200000003869"
    "6c6f630100000044400002000100000000000001d2000100000000000001660002000100"
    "0000000000000100000000000000080000003869696e6600000000000200000015696e66"
    "650200000100010000687663310000000015696e66650200000000020000677269640000"
    "0000d969707270000000b76970636f00000077687663430104080000000000000000001e"
    "f000fcfff8f800000f03200001001740010c01ffff0408000003009e3800000300001eba"
    "0240210001002a4201010408000003009e3800000300001e90041020b2dd5c94d7370202"
    "0604000003000400000300042022000100084401c1731830089000000014697370650000"
    "000000000040000000400000001469737065000000000000003000000020000000107069"
    "786900000000030808080000001a69706d61000000000000000200010281020002020384"
    "0000001a69726566000000000000000e64696d670002000100010000016e6d6461740000"
    "01622801af06385af7b6dfcce07ffff95a6fa1fdeb8a52fdfc48dbfff92f77fffb305075"
    "f3f746791bd3491fff75ea9dec40ff16cf447effd64cf44fd8a83fafa1009bd77abc7d42"
    "a1fff06f7f1f74f8409675b6774d62ccef59399e16627e9379645ba26830f43c1205199a"
    "59356642dbc0b2dc13e08e1b6ad49e8353ae7cf746a0d490ebd4f7ce7ff340afe01e08cd"
    "c4b8ff532e3dd8800049364985267a3a4eafc464dfff16f76fe6ff32f3ce296edbbfc634"
    "d871968b82fac9ccf0b313f49bcb22dd132e76182553e61e70dc8eefff85a75f3854c1fb"
    "710b345b4412bb2d2da95ad2ac86797f9b705d71384d811ba97a5fcda969209be697303e"
    "c2ddb974f89f6cb0dfb9dadff670cfaa08428157e2f771d27cf119a1d8b5c098b4d6acc0"
    "e505950d58d221d832f07382a3f09ba871ffa8f6ffa856c0f3119c6c8f55a20ff3e8a7da"
    "e7f243f072501682dfe7d14fb5cfe487e0e9e357f62d0861dc74d7335e3aa730";

/// Compares the middles of the squares of `image` with those of `expected`.
void ExpectSquares(const Image& image, const Image& expected) {
  ASSERT_EQ(image.width(), 8 * expected.width());
  ASSERT_EQ(image.height(), 8 * expected.height());
  for (int y = 0; y < expected.height(); ++y) {
    for (int x = 0; x < expected.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        EXPECT_NEAR(image.row(8 * y + 4)[3 * (8 * x + 4) + c],
                    expected.row(y)[3 * x + c],
                    4)
            << x << ", " << y;
      }
    }
  }
}

TEST(DecodeHeif, ReadsAvif) {
  const auto decoded = DecodeImage(FromHex(kAvif));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->format, ImageFormat::kHeif);
  ExpectSquares(decoded->image, SixSquares());
}

TEST(DecodeHeif, ReadsHeicInTiles) {
  const auto decoded = DecodeImage(FromHex(kHeic));
  ASSERT_TRUE(decoded) << decoded.error().message;
  ExpectSquares(decoded->image, SixSquares());
}

TEST(DecodeHeif, AppliesTheTurnOfTheFileOnce) {
  const auto decoded = DecodeImage(FromHex(kTurnedAvif));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->width, 32);
  EXPECT_EQ(decoded->height, 48);
  ExpectSquares(decoded->image, Rotate(SixSquares(), Rotation::k270));
}

TEST(DecodeHeif, ChecksTheLimits) {
  EXPECT_EQ(DecodeImage(FromHex(kAvif), {.max_pixels = 1535}).error().message,
            "HEIF is 48 x 32 pixels; at most 1535 in all are accepted");
  EXPECT_FALSE(DecodeImage(FromHex(kAvif), {.max_side_px = 47}));
  EXPECT_TRUE(
      DecodeImage(FromHex(kAvif), {.max_pixels = 1536, .max_side_px = 48}));
}

TEST(DecodeHeif, StopsWhenTimeIsUp) {
  const auto decoded =
      DecodeImage(FromHex(kAvif), {.max_time = std::chrono::milliseconds(-1)});
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, StartsWith("HEIF took longer than"));
}

TEST(DecodeHeif, SurvivesEveryTruncation) {
  for (const char* hex : {kAvif, kHeic}) {
    ForEachTruncation(FromHex(hex), [](auto part, std::size_t size) {
      const auto decoded = DecodeImage(part);
      EXPECT_FALSE(decoded && decoded->image.empty()) << size;
    });
  }
}

TEST(DecodeHeif, SaysWhatIsMissing) {
  const Bytes file = FromHex(kAvif);
  const auto decoded = DecodeImage(std::span(file).first(40));
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, HasSubstr("HEIF"));
}

}  // namespace
}  // namespace mien
