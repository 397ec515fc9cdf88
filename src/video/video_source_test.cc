// SPDX-License-Identifier: Apache-2.0
#include "video/video_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/file.h"
#include "core/temp_dir.h"
#include "video/video_sink.h"

namespace mien::video {
namespace {

using testing::HasSubstr;

constexpr int kNumFrames = 50;

/// Grey that rises with `index`, with a pattern that costs some bytes.
Image Picture(int index) {
  Image image(96, 64);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 3 * 96; ++x) {
      image.row(y)[x] =
          static_cast<std::uint8_t>(40 + 3 * index + (x * 7 + y * 13) % 32);
    }
  }
  return image;
}

/// Videos in a folder of their own.
class Videos : public testing::Test {
 protected:
  [[nodiscard]] std::string Path(const char* name) const {
    return (folder_.path() / name).string();
  }

  /// 50 frames at 25 a second.
  std::string Write(const char* name) {
    const std::string path = Path(name);
    auto sink = VideoSink::Create(path, 96, 64, 25.0);
    EXPECT_TRUE(sink) << sink.error().message;
    for (int i = 0; i < kNumFrames; ++i) {
      EXPECT_TRUE((*sink)->Write(Picture(i), i / 25.0));
    }
    EXPECT_TRUE((*sink)->Finish());
    return path;
  }

  /// A copy of `path` whose bytes `change` has changed.
  template <typename Change>
  std::string Damaged(const std::string& path, Change change) {
    auto bytes = *ReadFile(path);
    change(bytes);
    const std::string damaged = path + ".damaged";
    EXPECT_TRUE(WriteFileAtomically(damaged, bytes));
    return damaged;
  }

  TempDir folder_;
};

/// All frames, or the error that ended them.
struct Played {
  std::vector<VideoFrame> frames;
  std::optional<Error> error;
  int num_damaged = 0;
};

Played Play(const std::string& path, const VideoSourceOptions& options = {}) {
  Played played;
  auto source = OpenVideo(path, options);
  if (!source) {
    played.error = source.error();
    return played;
  }
  while (true) {
    auto frame = (*source)->Next();
    if (!frame || !*frame) {
      played.error = frame ? std::nullopt : std::optional(frame.error());
      played.num_damaged = (*source)->num_damaged();
      return played;
    }
    played.frames.push_back(*std::move(*frame));
  }
}

double Mean(const Image& image) {
  double sum = 0.0;
  for (const std::uint8_t sample : image.pixels()) {
    sum += sample;
  }
  return sum / static_cast<double>(image.pixels().size());
}

TEST_F(Videos, GiveBackWhatWasWritten) {
  for (const char* name : {"a.mp4", "a.mkv", "a.avi"}) {
    const Played played = Play(Write(name));
    ASSERT_FALSE(played.error) << played.error->message;
    ASSERT_EQ(played.frames.size(), kNumFrames) << name;
    EXPECT_EQ(played.num_damaged, 0);
    for (int i = 0; i < kNumFrames; ++i) {
      const VideoFrame& frame = played.frames[static_cast<std::size_t>(i)];
      EXPECT_EQ(frame.index, i);
      EXPECT_NEAR(frame.seconds, i / 25.0, 0.002) << name;
      EXPECT_EQ(frame.image.width(), 96);
      EXPECT_EQ(frame.image.height(), 64);
      EXPECT_NEAR(Mean(frame.image), Mean(Picture(i)), 3.0) << name;
    }
  }
}

TEST_F(Videos, StateTheirFrameRate) {
  const auto source = OpenVideo(Write("a.mp4"));
  ASSERT_TRUE(source);
  EXPECT_NEAR((*source)->frame_rate(), 25.0, 0.1);
}

TEST_F(Videos, CanBeLookedAtNowAndThen) {
  const Played played = Play(Write("a.mp4"), {.every = 20});
  ASSERT_EQ(played.frames.size(), 3U);
  EXPECT_EQ(played.frames[2].index, 40);
  EXPECT_NEAR(played.frames[2].seconds, 1.6, 0.002);
  EXPECT_NEAR(Mean(played.frames[2].image), Mean(Picture(40)), 3.0);
}

TEST_F(Videos, EndWhenAskedTo) {
  int num_asked = 0;
  const Played played =
      Play(Write("a.mp4"), {.should_stop = [&] { return ++num_asked > 30; }});
  EXPECT_FALSE(played.error);
  EXPECT_LT(played.frames.size(), kNumFrames);
}

TEST_F(Videos, ThatAreCutOffGiveWhatIsThere) {
  const std::string cut = Damaged(
      Write("a.mkv"), [](auto& bytes) { bytes.resize(bytes.size() / 10 * 9); });
  const Played played = Play(cut);
  EXPECT_FALSE(played.error);
  EXPECT_GT(played.frames.size(), 5U);
  EXPECT_LT(played.frames.size(), kNumFrames);
}

TEST_F(Videos, WithoutTheirTableOfContentsAreRefused) {
  // An MP4 file's table stands at its end.
  const std::string cut = Damaged(
      Write("a.mp4"), [](auto& bytes) { bytes.resize(bytes.size() / 2); });
  const Played played = Play(cut);
  ASSERT_TRUE(played.error);
  EXPECT_EQ(played.error->code, ErrorCode::kInvalidImage);
  EXPECT_THAT(played.error->message,
              HasSubstr("not a video, or its beginning is damaged or cut off"));
}

TEST_F(Videos, WithDamageInTheMiddleGoOnBehindIt) {
  const std::string damaged = Damaged(Write("a.mkv"), [](auto& bytes) {
    for (std::size_t i = bytes.size() / 3; i < bytes.size() / 2; i += 3) {
      bytes[i] = std::byte{0xA5};
    }
  });
  const Played played = Play(damaged);
  EXPECT_GT(played.num_damaged, 0);
  EXPECT_LT(played.frames.size(), kNumFrames);
}

TEST_F(Videos, ThatAreNoneAreRefused) {
  const std::string text = Path("text.mp4");
  std::ofstream(text) << "no video at all, but a few words of text\n";
  EXPECT_EQ(Play(text).error->code, ErrorCode::kInvalidImage);
  std::ofstream(Path("empty.mp4"));
  EXPECT_EQ(Play(Path("empty.mp4")).error->code, ErrorCode::kInvalidImage);
  EXPECT_EQ(Play(folder_.path().string()).error->code,
            ErrorCode::kInvalidImage);
  const Played missing = Play(Path("missing.mp4"));
  EXPECT_EQ(missing.error->code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error->message, HasSubstr("missing.mp4"));
}

TEST_F(Videos, OfMorePixelsThanAllowedAreRefused) {
  const Played played = Play(Write("a.mp4"), {.max_pixels = 1000});
  ASSERT_TRUE(played.error);
  EXPECT_EQ(played.error->code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(played.error->message,
              HasSubstr("96 x 64 pixels; at most 1000 are allowed"));
}

TEST_F(Videos, CannotLeadToTheNetwork) {
  const std::string list = Path("list.m3u8");
  std::ofstream(list) << "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n"
                         "http://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n";
  EXPECT_TRUE(Play(list).error);
}

TEST_F(Videos, TakeAnOddSizeAndNameAnImpossibleOne) {
  auto odd = VideoSink::Create(Path("odd.mp4"), 97, 65, 25.0);
  ASSERT_TRUE(odd);
  EXPECT_TRUE((*odd)->Write(Image(97, 65), 0.0));
  EXPECT_TRUE((*odd)->Finish());
  EXPECT_EQ(Play(Path("odd.mp4")).frames.at(0).image.width(), 96);
  EXPECT_EQ(VideoSink::Create(Path("a.mp4"), 1, 64, 25.0).error().code,
            ErrorCode::kInvalidArgument);
  const auto strange = VideoSink::Create(Path("a.strange"), 96, 64, 25.0);
  EXPECT_THAT(strange.error().message, HasSubstr("use .mp4 or .mkv"));
}

TEST(IsLive, TellsStreamsFromFiles) {
  EXPECT_TRUE(IsLive("rtsp://camera/1"));
  EXPECT_TRUE(IsLive("/dev/video0"));
  EXPECT_FALSE(IsLive("door.mp4"));
  EXPECT_FALSE(IsLive("https://example.org/door.mp4"));
}

TEST(WithoutPassword, HidesWhoAsks) {
  EXPECT_EQ(WithoutPassword("rtsp://me:secret@camera:554/1?x=a@b"),
            "rtsp://***@camera:554/1?x=a@b");
  EXPECT_EQ(WithoutPassword("rtsp://camera/a@b"), "rtsp://camera/a@b");
  EXPECT_EQ(WithoutPassword("me@home.mp4"), "me@home.mp4");
}

}  // namespace
}  // namespace mien::video
