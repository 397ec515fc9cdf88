// SPDX-License-Identifier: Apache-2.0
#include "detect/retries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

// Finds a face wherever the picture's first pixel says so, and notes the sizes
// of the pictures that it was shown.
class FakeFinder : public FaceFinder {
 public:
  // Answers `faces` for pictures whose pixel (0, 0) is as red as `red`.
  FakeFinder(std::uint8_t red, std::vector<Detection> faces)
      : red_(red), faces_(std::move(faces)) {}

  Result<std::vector<Detection>> Find(const Image& image) const override {
    seen.emplace_back(image.width(), image.height());
    return image.row(0)[0] == red_ ? faces_ : std::vector<Detection>();
  }

  bool has_landmarks() const override { return true; }

  std::string name() const override { return "fake"; }

  mutable std::vector<std::pair<int, int>> seen;

 private:
  std::uint8_t red_;
  std::vector<Detection> faces_;
};

// Corners clockwise from the top left are 10, 20, 30 and 40 red.
Image Marked(int width, int height) {
  Image image(width, height);
  image.row(0)[0] = 10;
  image.row(0)[3 * (width - 1)] = 20;
  image.row(height - 1)[3 * (width - 1)] = 30;
  image.row(height - 1)[0] = 40;
  return image;
}

Detection FaceAt(const Box& box) {
  return {.box = box, .score = 0.9F, .landmarks = {Point{box.x0, box.y0}}};
}

TEST(Retries, StopAtTheFirstAnswer) {
  const FakeFinder finder(10, {FaceAt({1, 2, 3, 4})});
  const auto faces = FindWithRetries(finder, Marked(100, 60), {});
  ASSERT_TRUE(faces);
  EXPECT_EQ((*faces)[0].box, (Box{1, 2, 3, 4}));
  EXPECT_THAT(finder.seen, ElementsAre(Pair(100, 60)));
}

TEST(Retries, CloseUpPutsABorderAround) {
  // The border's first pixel is black.
  const FakeFinder finder(0, {FaceAt({40, 10, 160, 110})});
  const auto faces = FindWithRetries(
      finder, Marked(100, 60), {.close_up_padding_percent = 50});
  ASSERT_TRUE(faces);
  EXPECT_EQ((*faces)[0].box, (Box{-10, -20, 110, 80}));
  EXPECT_EQ((*faces)[0].landmarks[0], (Point{-10, -20}));
  EXPECT_THAT(finder.seen, ElementsAre(Pair(100, 60), Pair(200, 120)));
}

TEST(Retries, CloseUpOfALargePictureIsShrunk) {
  const FakeFinder finder(0, {FaceAt({240, 120, 480, 240})});
  const auto faces = FindWithRetries(
      finder, Marked(960, 480), {.close_up_padding_percent = 50});
  ASSERT_TRUE(faces);
  EXPECT_EQ((*faces)[0].box, (Box{0, 0, 480, 240}));
  EXPECT_THAT(finder.seen, ElementsAre(Pair(960, 480), Pair(960, 480)));
}

TEST(Retries, CloseUpCanBeTurnedOff) {
  const FakeFinder finder(0, {FaceAt({1, 2, 3, 4})});
  const auto faces =
      FindWithRetries(finder, Marked(100, 60), {.close_up_padding_percent = 0});
  ASSERT_TRUE(faces);
  EXPECT_THAT(*faces, IsEmpty());
}

struct Turn {
  std::uint8_t red;  // of the corner that comes to the top left
  Box found;
  Point landmark;
};

TEST(Retries, TurnedFacesComeBackToTheirPlaces) {
  // Picture 100 x 60. A face at [1, 5) x [2, 8) of the turned picture.
  const Turn turns[] = {{40, {2, 55, 8, 59}, {2, 59}},
                        {30, {95, 52, 99, 58}, {99, 58}},
                        {20, {92, 1, 98, 5}, {98, 1}}};
  for (const Turn& turn : turns) {
    const FakeFinder finder(turn.red, {FaceAt({1, 2, 5, 8})});
    const auto faces =
        FindWithRetries(finder,
                        Marked(100, 60),
                        {.close_up_padding_percent = 0,
                         .rotation_retry = RotationRetry::kWhenEmpty});
    ASSERT_TRUE(faces);
    ASSERT_THAT(*faces, SizeIs(1)) << int{turn.red};
    EXPECT_EQ((*faces)[0].box, turn.found) << int{turn.red};
    EXPECT_EQ((*faces)[0].landmarks[0], turn.landmark) << int{turn.red};
  }
}

TEST(Retries, MaxFacesKeepsTheFirst) {
  const FakeFinder finder(
      10, {FaceAt({1, 2, 3, 4}), FaceAt({5, 6, 7, 8}), FaceAt({0, 0, 1, 1})});
  const auto faces = FindWithRetries(finder, Marked(100, 60), {.max_faces = 2});
  ASSERT_TRUE(faces);
  ASSERT_THAT(*faces, SizeIs(2));
  EXPECT_EQ((*faces)[1].box, (Box{5, 6, 7, 8}));
}

}  // namespace
}  // namespace mien
