// SPDX-License-Identifier: Apache-2.0
#include "compat_compreface.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mien::server::compreface {
namespace {

float CosineOf(double distance) {
  return static_cast<float>(1.0 - distance * distance / 2.0);
}

// Its documentation's table for the model 20180402-114759.
TEST(CompreFace, SimilarityFollowsItsCurve) {
  const Curve curve;
  EXPECT_NEAR(Similarity(CosineOf(0.7), curve), 0.994, 0.001);
  EXPECT_NEAR(Similarity(CosineOf(0.9), curve), 0.952, 0.001);
  EXPECT_NEAR(Similarity(CosineOf(1.0), curve), 0.873, 0.001);
  EXPECT_NEAR(Similarity(CosineOf(1.2), curve), 0.452, 0.001);
  EXPECT_NEAR(Similarity(CosineOf(1.4), curve), 0.090, 0.001);
}

TEST(CompreFace, ItsOwnCurveCanBeKept) {
  const Curve curve = CurveOf({.keep_compreface_curve = true});
  EXPECT_NEAR(Similarity(CosineOf(1.1), curve), 0.704, 0.001);
}

TEST(CompreFace, SimilarityHasFiveDigits) {
  const double similarity = Similarity(0.5F, {});
  EXPECT_NEAR(similarity * 1e5, std::round(similarity * 1e5), 1e-6);
}

TEST(CompreFace, ImageIdsAreUuidsOfTemplates) {
  EXPECT_EQ(ImageId(255), "6d69656e-0000-4000-8000-0000000000ff");
  EXPECT_EQ(TemplateId(ImageId(123'456'789'012)), 123'456'789'012);
  EXPECT_FALSE(TemplateId("6d69656e-0000-4000-8000-0000000000f"));
  EXPECT_FALSE(TemplateId("11111111-0000-4000-8000-0000000000ff"));
  EXPECT_FALSE(TemplateId("not an id"));
}

TEST(CompreFace, NoFaceIsCode28) {
  const Response response =
      WriteFailure({422, "invalid_image", "no face found", "file"}, {});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body,
            "{\"message\":\"No face is found in the given image\","
            "\"code\":28}\n");
}

TEST(CompreFace, KeysAreRefusedInItsWords) {
  Request request;
  EXPECT_EQ(WriteFailure(KeyNeeded(), request).body,
            "{\"message\":\"Missing header: x-api-key\",\"code\":20}\n");
  request.headers = {{"x-api-key", "secret"}};
  EXPECT_EQ(WriteFailure(KeyUnknown(), request).body,
            "{\"message\":\"Service API key should be UUID\",\"code\":26}\n");
  request.headers = {{"x-api-key", "00000000-0000-4000-8000-000000000000"}};
  EXPECT_EQ(WriteFailure(KeyUnknown(), request).status, 404);
}

TEST(CompreFace, MissingPartsAndParametersDiffer) {
  EXPECT_EQ(
      WriteFailure({400, "invalid_argument", "file is missing", "file"}, {})
          .body,
      "{\"message\":\"Required part file is missing\",\"code\":34}\n");
  EXPECT_EQ(WriteFailure(
                {400, "invalid_argument", "subject is missing", "subject"}, {})
                .body,
            "{\"message\":\"Required parameter subject is missing\","
            "\"code\":33}\n");
}

}  // namespace
}  // namespace mien::server::compreface
