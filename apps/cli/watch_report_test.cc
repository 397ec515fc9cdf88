// SPDX-License-Identifier: Apache-2.0
#include "watch_report.h"

#include <gtest/gtest.h>

namespace mien::cli {
namespace {

PresenceEvent Event(PresenceEvent::Kind kind, Decision decision) {
  PresenceEvent event;
  event.kind = kind;
  event.seconds = 8.25;
  event.since = 2.0;
  event.face.track = 3;
  event.face.box = {10, 20, 30, 40};
  event.face.identity = {decision, 7, "Ada", 0.625F};
  return event;
}

TEST(VideoTimeText, CountsTenthsAndHours) {
  EXPECT_EQ(VideoTimeText(0.0), "0:00.0");
  EXPECT_EQ(VideoTimeText(59.96), "1:00.0");
  EXPECT_EQ(VideoTimeText(3723.44), "1:02:03.4");
}

TEST(EventText, SaysWhoCameAndWent) {
  using Kind = PresenceEvent::Kind;
  EXPECT_EQ(EventText(Event(Kind::kEnter, Decision::kMatch)),
            "0:08.3  Ada enters, similarity 0.62");
  EXPECT_EQ(EventText(Event(Kind::kEnter, Decision::kPossible)),
            "0:08.3  possibly Ada enters, similarity 0.62");
  EXPECT_EQ(EventText(Event(Kind::kEnter, Decision::kUnknown)),
            "0:08.3  somebody unknown (track 3) enters");
  EXPECT_EQ(EventText(Event(Kind::kChange, Decision::kMatch)),
            "0:08.3  who came at 0:02.0 is Ada, similarity 0.62");
  EXPECT_EQ(EventText(Event(Kind::kLeave, Decision::kMatch)),
            "0:08.3  Ada leaves after 6.2 s");
}

TEST(EventJson, NamesNobodyUnknown) {
  const Json known =
      EventJson(Event(PresenceEvent::Kind::kEnter, Decision::kMatch));
  EXPECT_EQ(known["event"], "enter");
  EXPECT_EQ(known["subject"], "Ada");
  EXPECT_EQ(known["box"], Json({10.0F, 20.0F, 30.0F, 40.0F}));
  const Json unknown =
      EventJson(Event(PresenceEvent::Kind::kEnter, Decision::kUnknown));
  EXPECT_EQ(unknown["decision"], "unknown");
  EXPECT_TRUE(unknown["subject"].is_null());
}

WatchedFrame OneFace(std::optional<ShownIdentity> identity) {
  WatchedFrame frame;
  WatchedFace& face = frame.faces.emplace_back();
  face.detection.box = {20, 40, 60, 80};
  face.track = 3;
  face.identity = std::move(identity);
  return frame;
}

TEST(FrameJson, HasNoDecisionBeforeThereIsOne) {
  const Json json = FrameJson(12, 0.5, OneFace(std::nullopt));
  EXPECT_EQ(json["frame"], 12);
  ASSERT_EQ(json["faces"].size(), 1U);
  EXPECT_EQ(json["faces"][0]["track"], 3);
  EXPECT_TRUE(json["faces"][0]["decision"].is_null());
}

TEST(DrawWatchedFrame, MarksTheFaceAndLeavesTheRest) {
  const Image image(120, 100);
  const Image drawn = DrawWatchedFrame(
      image, OneFace(ShownIdentity{Decision::kMatch, 7, "Ada", 0.6F}));
  EXPECT_EQ(drawn.width(), 120);
  EXPECT_GT(drawn.row(60)[3 * 20 + 1], 40);  // the box's left edge
  EXPECT_GT(drawn.row(36)[3 * 24 + 1], 40);  // the name above it
  EXPECT_EQ(drawn.row(60)[3 * 40 + 1], 0);   // inside
  EXPECT_EQ(drawn.row(95)[3 * 110 + 1], 0);  // outside
}

TEST(DrawWatchedFrame, TakesAFaceThatLeavesThePicture) {
  WatchedFrame frame =
      OneFace(ShownIdentity{Decision::kPossible, 7, "Ada", 0.4F});
  frame.faces[0].detection.box = {-30, -50, 300, 300};
  EXPECT_EQ(DrawWatchedFrame(Image(64, 48), frame).height(), 48);
}

}  // namespace
}  // namespace mien::cli
