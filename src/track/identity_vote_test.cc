// SPDX-License-Identifier: Apache-2.0
#include "track/identity_vote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

constexpr std::int64_t kAda = 1;
constexpr std::int64_t kKofi = 2;
const IdentifyThresholds kThresholds{.match = 0.5F, .possible = 0.4F};

Candidate Ada(float similarity) { return {kAda, "Ada", similarity}; }

Candidate Kofi(float similarity) { return {kKofi, "Kofi", similarity}; }

std::vector<Candidate> Candidates(std::vector<Candidate> candidates) {
  return candidates;
}

TEST(IdentityVote, WeighsByQuality) {
  IdentityVote vote;
  vote.Add(Candidates({Ada(0.9F)}), 0.75F, 0.0);
  vote.Add(Candidates({Ada(0.1F)}), 0.25F, 0.0);
  ASSERT_EQ(vote.Means().size(), 1U);
  EXPECT_NEAR(vote.Means()[0].cosine_similarity, 0.7F, 1e-6F);
}

TEST(IdentityVote, CountsASubjectThatAFrameDoesNotNameAsZero) {
  IdentityVote vote;
  vote.Add(Candidates({Ada(0.6F)}), 1.0F, 0.0);
  vote.Add(Candidates({Kofi(0.8F)}), 1.0F, 0.0);
  const auto means = vote.Means();
  ASSERT_EQ(means.size(), 2U);
  EXPECT_EQ(means[0].subject, "Kofi");
  EXPECT_NEAR(means[0].cosine_similarity, 0.4F, 1e-6F);
  EXPECT_NEAR(means[1].cosine_similarity, 0.3F, 1e-6F);
}

TEST(IdentityVote, LetsFramesFadeByHalfInTheHalfLife) {
  IdentityVote vote(VoteOptions{.half_life_seconds = 2.0});
  vote.Add(Candidates({Ada(1.0F)}), 1.0F, 10.0);
  vote.Add(Candidates({Ada(0.4F)}), 1.0F, 12.0);
  EXPECT_NEAR(vote.Means()[0].cosine_similarity, 0.9F / 1.5F, 1e-6F);
}

TEST(IdentityVote, IsEnoughAfterTwoGoodOrManyPoorFrames) {
  IdentityVote good;
  good.Add({}, 1.0F, 0.0);
  EXPECT_FALSE(good.is_enough());
  good.Add({}, 1.0F, 0.0);
  EXPECT_TRUE(good.is_enough());
  IdentityVote poor;
  for (int frame = 0; frame < 7; ++frame) {
    poor.Add({}, 0.2F, 0.0);
  }
  EXPECT_FALSE(poor.is_enough());
  poor.Add({}, 0.2F, 0.0);
  EXPECT_TRUE(poor.is_enough());
}

/// What DecideIdentities() makes of one face alone.
Identification Decided(const std::vector<Candidate>& candidates) {
  return DecideIdentities(std::span(&candidates, 1), kThresholds).front();
}

const ShownIdentity& Show(StickyIdentity& identity,
                          const std::vector<Candidate>& candidates) {
  return identity.Update(Decided(candidates), kThresholds);
}

TEST(StickyIdentity, NamesWhoReachesTheThreshold) {
  StickyIdentity identity;
  EXPECT_EQ(Show(identity, {Ada(0.3F)}).decision, Decision::kUnknown);
  EXPECT_EQ(Show(identity, {Ada(0.45F)}).decision, Decision::kPossible);
  EXPECT_EQ(Show(identity, {Ada(0.55F)}).decision, Decision::kMatch);
  EXPECT_EQ(identity.shown().subject, "Ada");
}

TEST(StickyIdentity, KeepsANameBelowItsThreshold) {
  StickyIdentity identity;
  Show(identity, {Ada(0.55F)});
  EXPECT_EQ(Show(identity, {Ada(0.42F)}).decision, Decision::kMatch);
  EXPECT_FLOAT_EQ(identity.shown().cosine_similarity, 0.42F);
  EXPECT_EQ(Show(identity, {Ada(0.39F)}).decision, Decision::kUnknown);
}

TEST(StickyIdentity, DoesNotFlickerAroundAThreshold) {
  StickyIdentity identity;
  int num_changes = 0;
  Decision last = Decision::kUnknown;
  for (int frame = 0; frame < 100; ++frame) {
    const Decision now =
        Show(identity, {Ada(frame % 2 == 0 ? 0.51F : 0.49F)}).decision;
    num_changes += now == last ? 0 : 1;
    last = now;
  }
  EXPECT_EQ(num_changes, 1);
}

TEST(StickyIdentity, GivesWayToARivalThatLeadsForSeveralFrames) {
  StickyIdentity identity;
  Show(identity, {Ada(0.6F)});
  const std::vector<Candidate> rival = {Kofi(0.7F), Ada(0.6F)};
  EXPECT_EQ(Show(identity, rival).subject, "Ada");
  EXPECT_EQ(Show(identity, rival).subject, "Ada");
  EXPECT_EQ(Show(identity, rival).subject, "Kofi");
  EXPECT_EQ(identity.num_switches(), 1);
}

TEST(StickyIdentity, IgnoresARivalThatLeadsNowAndThen) {
  StickyIdentity identity;
  Show(identity, {Ada(0.6F)});
  for (int frame = 0; frame < 20; ++frame) {
    Show(identity, {Kofi(0.7F), Ada(0.6F)});
    Show(identity, {Kofi(0.7F), Ada(0.6F)});
    Show(identity, {Ada(0.6F), Kofi(0.5F)});
  }
  for (int frame = 0; frame < 20; ++frame) {
    Show(identity, {Kofi(0.62F), Ada(0.6F)});  // not by the margin
  }
  EXPECT_EQ(identity.shown().subject, "Ada");
  EXPECT_EQ(identity.num_switches(), 0);
}

TEST(StickyIdentity, LosesANameThatAnotherFaceOfThePictureHas) {
  StickyIdentity identity;
  Show(identity, {Ada(0.6F)});
  EXPECT_EQ(Show(identity, {}).decision, Decision::kUnknown);
}

}  // namespace
}  // namespace mien
