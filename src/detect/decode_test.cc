// SPDX-License-Identifier: Apache-2.0
//
// Each family's decoder on outputs with few faces, against numbers computed by
// the family's published code, and how families are told apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "detect/fake_outputs.h"
#include "detect/ssd_family.h"

namespace mien {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr float kTolerancePx = 1e-3F;

void ExpectBox(const Box& box, const Box& expected) {
  EXPECT_NEAR(box.x0, expected.x0, kTolerancePx);
  EXPECT_NEAR(box.y0, expected.y0, kTolerancePx);
  EXPECT_NEAR(box.x1, expected.x1, kTolerancePx);
  EXPECT_NEAR(box.y1, expected.y1, kTolerancePx);
}

void ExpectPoint(Point point, Point expected) {
  EXPECT_NEAR(point.x, expected.x, kTolerancePx);
  EXPECT_NEAR(point.y, expected.y, kTolerancePx);
}

std::vector<Detection> Faces(const Result<std::vector<Detection>>& faces) {
  EXPECT_TRUE(faces) << (faces ? "" : faces.error().message);
  return faces.value_or({});
}

std::string FamilyName(const FakeOutputs& outputs) {
  const auto family = FindSsdFamily("", outputs.infos());
  return family ? std::string((*family)->name) : family.error().message;
}

// 96 x 64: priors 12 x 8 x 2, 6 x 4 x 2 and 3 x 2 x 2.
FakeOutputs RetinaFaceOutputs() {
  FakeOutputs outputs;
  outputs.Add("output0", 252, 4);
  outputs.Add("591", 252, 2);
  outputs.Add("590", 252, 10);
  for (std::size_t i = 0; i < 252; ++i) {
    outputs.Set("591", i, {1.0F, 0.0F});
  }
  return outputs;
}

constexpr SsdQuery kRetinaFaceQuery = {
    .width = 96, .height = 64, .threshold = 0.5F};

TEST(DecodeRetinaFace, EqualsPublishedDecoding) {
  FakeOutputs outputs = RetinaFaceOutputs();
  // Row 2, column 5, second size of stride 8: 32 pixels around (44, 20).
  outputs.Set("591", 59, {0.125F, 0.875F});
  outputs.Set("output0", 59, {0.5F, -1.0F, 0.25F, -0.5F});
  outputs.Set("590", 59, {-1, -1, 1, -1, 0, 0.5F, -0.75F, 1, 0.75F, 1.25F});
  // Row 1, column 2, first size of stride 16: 64 pixels around (40, 24).
  outputs.Set("591", 208, {0.25F, 0.75F});
  outputs.Set("output0", 208, {0.5F, -1.0F, 0.25F, -0.5F});
  const auto faces =
      Faces(DecodeRetinaFace(outputs.outputs(), kRetinaFaceQuery));
  ASSERT_THAT(faces, SizeIs(2));
  EXPECT_FLOAT_EQ(faces[0].score, 0.875F);
  ExpectBox(faces[0].box, {28.77966F, 2.32260F, 62.42034F, 31.27740F});
  ExpectPoint(faces[0].landmarks[0], {40.8F, 16.8F});
  ExpectPoint(faces[0].landmarks[1], {47.2F, 16.8F});
  ExpectPoint(faces[0].landmarks[2], {44.0F, 21.6F});
  ExpectPoint(faces[0].landmarks[4], {46.4F, 24.0F});
  ExpectBox(faces[1].box, {9.55932F, -11.35480F, 76.84068F, 46.55480F});
}

TEST(DecodeRetinaFace, TakesScoresBeforeSoftmaxToo) {
  FakeOutputs outputs = RetinaFaceOutputs();
  outputs.Set("591", 59, {-1.0F, 2.0F});
  const auto faces =
      Faces(DecodeRetinaFace(outputs.outputs(), kRetinaFaceQuery));
  ASSERT_THAT(faces, SizeIs(1));
  EXPECT_NEAR(faces[0].score, 0.952574F, 1e-5);  // 1 / (1 + exp(-3))
}

TEST(DecodeRetinaFace, TakesUltraFacesPriorsWhenTheirNumberFits) {
  // 64 x 64: 8 x 8 x 3, 4 x 4 x 2, 2 x 2 x 2 and 1 x 5 priors.
  FakeOutputs outputs;
  outputs.Add("0", 235, 4);
  outputs.Add("1", 235, 2);
  outputs.Add("2", 235, 10);
  outputs.Set("1", 234, {0.1F, 0.9F});  // 256 pixels around (32, 32)
  const SsdQuery query = {.width = 64, .height = 64, .threshold = 0.6F};
  const auto faces = Faces(DecodeRetinaFace(outputs.outputs(), query));
  ASSERT_THAT(faces, SizeIs(1));
  ExpectBox(faces[0].box, {-96, -96, 160, 160});
}

TEST(DecodeRetinaFace, IsToldByThreeOutputs) {
  EXPECT_EQ(FamilyName(RetinaFaceOutputs()), "retinaface");
}

// 64 x 32 with two anchors a cell; files order outputs by kind, then stride.
FakeOutputs ScrfdOutputs() {
  FakeOutputs outputs;
  const std::size_t rows[] = {64, 16, 4};
  for (const std::size_t columns : {1, 4, 10}) {
    for (const std::size_t r : rows) {
      outputs.Add(
          std::to_string(columns) + "/" + std::to_string(r), r, columns);
    }
  }
  return outputs;
}

TEST(DecodeScrfd, EqualsPublishedDecoding) {
  FakeOutputs outputs = ScrfdOutputs();
  // Stride 8: row 1, column 3, second anchor: corner (24, 8).
  outputs.Set("1/64", 23, {0.75F});
  outputs.Set("4/64", 23, {1.0F, 0.5F, 2.0F, 1.5F});
  outputs.Set("10/64", 23, {0, 0, 1, 0, 0.5F, 0.5F, 0, 1, 1, 1.25F});
  // Stride 32: row 0, column 1, first anchor: corner (32, 0).
  outputs.Set("1/4", 2, {0.5F});
  outputs.Set("4/4", 2, {0.25F, 0.25F, 0.5F, 0.75F});
  const auto faces = Faces(DecodeScrfd(
      outputs.outputs(), {.width = 64, .height = 32, .threshold = 0.5F}));
  ASSERT_THAT(faces, SizeIs(2));
  EXPECT_FLOAT_EQ(faces[0].score, 0.75F);
  ExpectBox(faces[0].box, {16, 4, 40, 20});
  ExpectPoint(faces[0].landmarks[1], {32, 8});
  ExpectPoint(faces[0].landmarks[4], {32, 18});
  ExpectBox(faces[1].box, {24, -8, 48, 24});
}

TEST(DecodeScrfd, IsToldByItsColumns) {
  EXPECT_EQ(FamilyName(ScrfdOutputs()), "scrfd");
}

TEST(DecodeScrfd, WorksWithoutLandmarks) {
  FakeOutputs outputs;
  for (const std::size_t columns : {1, 4}) {
    for (const std::size_t rows : {64, 16, 4}) {
      outputs.Add(
          std::to_string(columns) + "/" + std::to_string(rows), rows, columns);
    }
  }
  outputs.Set("1/16", 0, {0.5F});
  outputs.Set("4/16", 0, {0, 0, 2, 2});
  EXPECT_EQ(FamilyName(outputs), "scrfd");
  const auto faces = Faces(DecodeScrfd(
      outputs.outputs(), {.width = 64, .height = 32, .threshold = 0.5F}));
  ASSERT_THAT(faces, SizeIs(1));
  ExpectBox(faces[0].box, {0, 0, 32, 32});
  ExpectPoint(faces[0].landmarks[2], {16, 0.58F * 32});
}

// 64 x 32.
FakeOutputs YunetOutputs() {
  FakeOutputs outputs;
  const std::pair<const char*, std::size_t> parts[] = {
      {"cls", 1}, {"obj", 1}, {"bbox", 4}, {"kps", 10}};
  for (const auto& [part, columns] : parts) {
    outputs.Add(std::string(part) + "_8", 32, columns);
    outputs.Add(std::string(part) + "_16", 8, columns);
    outputs.Add(std::string(part) + "_32", 2, columns);
  }
  return outputs;
}

TEST(DecodeYunet, EqualsPublishedDecoding) {
  FakeOutputs outputs = YunetOutputs();
  // Stride 16, row 1, column 2. Scores clip to [0, 1].
  outputs.Set("cls_16", 6, {1.5F});
  outputs.Set("obj_16", 6, {0.64F});
  outputs.Set("bbox_16", 6, {0.5F, 0.25F, 0.5F, -0.25F});
  outputs.Set("kps_16", 6, {0, 0, 1, 0, 0.5F, 0.5F, 0, 1, 1, -1});
  const auto faces = Faces(DecodeYunet(
      outputs.outputs(), {.width = 64, .height = 32, .threshold = 0.5F}));
  ASSERT_THAT(faces, SizeIs(1));
  EXPECT_FLOAT_EQ(faces[0].score, 0.8F);
  // Centre (40, 20), sides 16 exp(0.5) = 26.37954, 16 exp(-0.25) = 12.46081.
  ExpectBox(faces[0].box, {26.81023F, 13.76959F, 53.18977F, 26.23041F});
  ExpectPoint(faces[0].landmarks[0], {32, 16});
  ExpectPoint(faces[0].landmarks[3], {32, 32});
  ExpectPoint(faces[0].landmarks[4], {48, 0});
}

TEST(DecodeYunet, IsToldByItsNames) {
  EXPECT_EQ(FamilyName(YunetOutputs()), "yunet");
}

TEST(DecodeUltraFace, TakesCornersAsSharesOfTheInput) {
  FakeOutputs outputs;
  outputs.Add("scores", 10, 2);
  outputs.Add("boxes", 10, 4);
  outputs.Set("scores", 4, {0.2F, 0.8F});
  outputs.Set("boxes", 4, {0.25F, 0.5F, 0.5F, 1.0F});
  EXPECT_EQ(FamilyName(outputs), "ultraface");
  const auto faces = Faces(DecodeUltraFace(
      outputs.outputs(), {.width = 320, .height = 240, .threshold = 0.7F}));
  ASSERT_THAT(faces, SizeIs(1));
  EXPECT_FLOAT_EQ(faces[0].score, 0.8F);
  ExpectBox(faces[0].box, {80, 120, 160, 240});
  ExpectPoint(faces[0].landmarks[0], {80 + 0.31F * 80, 120 + 0.40F * 120});
}

TEST(DecodeMienSsd, PlacesFacesByItsPriors) {
  // 64 x 64: 8 x 8 x 3, 4 x 4 x 2, 2 x 2 x 2 and 1 x 5 priors.
  FakeOutputs outputs;
  outputs.Add("conf", 237, 2);
  outputs.Add("loc", 237, 4);
  outputs.Add("landmarks", 237, 10);
  // Row 1, column 2, second size of stride 8: 16 pixels around (20, 12).
  outputs.Set("conf", (8 + 2) * 3 + 1, {0.1F, 0.9F});
  outputs.Set("loc", (8 + 2) * 3 + 1, {1.0F, -1.0F, 0.0F, 0.0F});
  outputs.Set("landmarks", (8 + 2) * 3 + 1, {1.0F, 2.0F});
  const auto faces = Faces(DecodeMienSsd(
      outputs.outputs(), {.width = 64, .height = 64, .threshold = 0.6F}));
  ASSERT_THAT(faces, SizeIs(1));
  ExpectBox(faces[0].box, {13.6F, 2.4F, 29.6F, 18.4F});
  ExpectPoint(faces[0].landmarks[0], {21.6F, 15.2F});
}

TEST(SsdFamilies, RefuseOutputsThatDoNotFitTheInput) {
  const SsdQuery query = {.width = 128, .height = 128, .threshold = 0.5F};
  for (const auto& faces :
       {DecodeRetinaFace(RetinaFaceOutputs().outputs(), query),
        DecodeScrfd(ScrfdOutputs().outputs(), query),
        DecodeYunet(YunetOutputs().outputs(), query),
        DecodeMienSsd(YunetOutputs().outputs(), query)}) {
    ASSERT_FALSE(faces);
    EXPECT_EQ(faces.error().code, ErrorCode::kUnsupported);
  }
}

TEST(SsdFamilies, AreFoundByTheContractsName) {
  FakeOutputs outputs = RetinaFaceOutputs();
  const auto family = FindSsdFamily("mien-ssd", outputs.infos());
  ASSERT_TRUE(family);
  EXPECT_EQ((*family)->name, "mien-ssd");
}

TEST(SsdFamilies, UnknownOutputsNameTheirShapes) {
  FakeOutputs outputs;
  outputs.Add("embedding", 1, 512);
  EXPECT_THAT(FamilyName(outputs), HasSubstr("embedding [1, 1, 512]"));
}

TEST(SsdFamilies, UnknownNamesListTheKnown) {
  const auto family = FindSsdFamily("yolo", {});
  ASSERT_FALSE(family);
  EXPECT_EQ(family.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(family.error().message, HasSubstr("ultraface"));
}

}  // namespace
}  // namespace mien
