// SPDX-License-Identifier: Apache-2.0
#include "track/presence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PresentFace Known(int track, Decision decision = Decision::kMatch) {
  return {track, {}, {decision, 7, "Ada", 0.6F}};
}

PresentFace Stranger(int track) { return {track, {}, {}}; }

/// "enter Ada", "leave track 3", ...
std::vector<std::string> Texts(const std::vector<PresenceEvent>& events) {
  std::vector<std::string> texts;
  for (const PresenceEvent& event : events) {
    texts.push_back(std::string(PresenceEventName(event.kind)) + " " +
                    (event.face.identity.decision == Decision::kUnknown
                         ? "track " + std::to_string(event.face.track)
                         : event.face.identity.subject));
  }
  return texts;
}

std::vector<std::string> Update(Presence& presence,
                                const std::vector<PresentFace>& faces,
                                double seconds) {
  return Texts(presence.Update(faces, seconds));
}

TEST(Presence, TellsOfAComingOnceAndOfAGoingAfterAWhile) {
  Presence presence(2.0);
  EXPECT_THAT(Update(presence, {Known(1)}, 5.0), ElementsAre("enter Ada"));
  EXPECT_THAT(Update(presence, {Known(1)}, 6.0), IsEmpty());
  EXPECT_THAT(Update(presence, {}, 8.0), IsEmpty());
  const auto events = presence.Update({}, 8.1);
  ASSERT_THAT(Texts(events), ElementsAre("leave Ada"));
  EXPECT_EQ(events[0].seconds, 6.0);
  EXPECT_EQ(events[0].since, 5.0);
}

TEST(Presence, TakesTwoTracksOfAPersonForOnePresence) {
  Presence presence(2.0);
  Update(presence, {Known(1)}, 0.0);
  EXPECT_THAT(Update(presence, {Known(2)}, 1.5), IsEmpty());
  EXPECT_THAT(Texts(presence.Finish()), ElementsAre("leave Ada"));
}

TEST(Presence, TellsWhenAStrangerTurnsOutToBeSomebody) {
  Presence presence(2.0);
  EXPECT_THAT(Update(presence, {Stranger(3)}, 1.0),
              ElementsAre("enter track 3"));
  const auto events = presence.Update(std::vector{Known(3)}, 1.5);
  ASSERT_THAT(Texts(events), ElementsAre("change Ada"));
  EXPECT_EQ(events[0].since, 1.0);
  EXPECT_THAT(Texts(presence.Finish()), ElementsAre("leave Ada"));
}

TEST(Presence, TellsWhenAPossibleNameBecomesCertainButNotTheReverse) {
  Presence presence(2.0);
  Update(presence, {Known(1, Decision::kPossible)}, 0.0);
  EXPECT_THAT(Update(presence, {Known(1)}, 0.1), ElementsAre("change Ada"));
  EXPECT_THAT(Update(presence, {Known(1, Decision::kPossible)}, 0.2),
              IsEmpty());
}

TEST(Presence, ForgetsTheStrangerWhoWasAKnownPersonAllTheWhile) {
  Presence presence(2.0);
  Update(presence, {Known(1)}, 0.0);
  Update(presence, {Stranger(2)}, 0.5);
  EXPECT_THAT(Update(presence, {Known(2)}, 1.0), IsEmpty());
  EXPECT_THAT(Texts(presence.Finish()), ElementsAre("leave Ada"));
}

TEST(Presence, CountsStrangersByTrack) {
  Presence presence(2.0);
  EXPECT_THAT(Update(presence, {Stranger(1), Stranger(2)}, 0.0),
              ElementsAre("enter track 1", "enter track 2"));
  EXPECT_THAT(Update(presence, {Stranger(2)}, 3.0),
              ElementsAre("leave track 1"));
}

TEST(Presence, TakesRareLooksForWhatTheyAre) {
  Presence presence(2.0);
  Update(presence, {Known(1)}, 0.0);
  EXPECT_THAT(Update(presence, {Known(2)}, 10.0), IsEmpty());
}

}  // namespace
}  // namespace mien
