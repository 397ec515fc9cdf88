// SPDX-License-Identifier: Apache-2.0
#include "engine/watcher.h"

#include <algorithm>
#include <utility>

#include "mien/quality.h"

namespace mien {
namespace {

/// Subjects that a frame may speak for.
constexpr int kVotesPerFrame = 10;

/// 1 where the model's chips are too small to be rated.
float QualityOf(const Detection& face, const Image& chip) {
  const Result<FaceQuality> quality = RateFace(face, chip);
  return quality ? quality->score() : 1.0F;
}

}  // namespace

Watcher::Watcher(const Recognizer& recognizer,
                 GalleryRecognizer& gallery,
                 const WatchOptions& options,
                 const VerifyThresholds& looks)
    : recognizer_(&recognizer),
      gallery_(&gallery),
      options_(options),
      tracker_({.different_below = looks.possible, .same_from = looks.match}),
      presence_(options.gone_after_seconds) {
  options_.identify.max_candidates =
      std::max(options_.identify.max_candidates, kVotesPerFrame);
}

Result<std::unique_ptr<Watcher>> Watcher::Create(const Recognizer& recognizer,
                                                 GalleryRecognizer& gallery,
                                                 const WatchOptions& options) {
  MIEN_RETURN_IF_ERROR(options.identify.Validate());
  MIEN_ASSIGN_OR_RETURN(const VerifyThresholds looks,
                        ChooseThresholds(recognizer.embedder().contract()));
  return std::unique_ptr<Watcher>(
      new Watcher(recognizer, gallery, options, looks));
}

Result<WatchedFrame> Watcher::Observe(const Image& image, double seconds) {
  MIEN_ASSIGN_OR_RETURN(std::vector<Sighting> sightings, FindSightings(image));
  Follow(sightings, seconds);
  MIEN_RETURN_IF_ERROR(Vote(sightings, seconds));
  Decide(sightings);
  WatchedFrame frame;
  std::vector<PresentFace> present;
  for (Sighting& sighting : sightings) {
    const Person& person = people_.at(sighting.track);
    WatchedFace face{
        std::move(sighting.face.detection), sighting.track, std::nullopt};
    if (person.vote.is_enough()) {
      face.identity = person.identity.shown();
      present.push_back({sighting.track, face.detection.box, *face.identity});
    }
    frame.faces.push_back(std::move(face));
  }
  frame.events = presence_.Update(present, seconds);
  return frame;
}

Result<std::vector<Watcher::Sighting>> Watcher::FindSightings(
    const Image& image) const {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> detections,
                        recognizer_->Detect(image));
  std::vector<Sighting> sightings;
  std::vector<Image> chips;
  for (const Detection& detection : detections) {
    MIEN_ASSIGN_OR_RETURN(Image chip, recognizer_->Align(image, detection));
    Sighting& sighting = sightings.emplace_back();
    sighting.face.detection = detection;
    sighting.quality = QualityOf(detection, chip);
    chips.push_back(std::move(chip));
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings,
                        recognizer_->Embed(chips));
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    sightings[i].face.embedding = std::move(embeddings[i]);
  }
  return sightings;
}

/// Gives every sighting its track, and drops those that have none.
void Watcher::Follow(std::vector<Sighting>& sightings, double seconds) {
  std::vector<SightedFace> faces;
  for (const Sighting& sighting : sightings) {
    faces.push_back({sighting.face.detection,
                     sighting.face.embedding.values,
                     sighting.quality});
  }
  const auto tracks = tracker_.Update(faces, seconds);
  for (const int ended : tracker_.ended()) {
    people_.erase(ended);
  }
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    sightings[i].track = tracks[i].value_or(0);
    num_tracks_ = std::max(num_tracks_, sightings[i].track);
  }
  std::erase_if(sightings,
                [](const Sighting& sighting) { return sighting.track == 0; });
}

Result<void> Watcher::Vote(std::span<const Sighting> sightings,
                           double seconds) {
  std::vector<Face> faces;
  for (const Sighting& sighting : sightings) {
    faces.push_back(sighting.face);
  }
  MIEN_ASSIGN_OR_RETURN(const IdentifiedFaces identified,
                        gallery_->Identify(faces, options_.identify));
  thresholds_ = identified.thresholds;
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    Person& person = people_
                         .try_emplace(sightings[i].track,
                                      Person{IdentityVote(options_.vote),
                                             StickyIdentity(options_.vote)})
                         .first->second;
    person.vote.Add(identified.faces[i].identification.candidates,
                    sightings[i].quality,
                    seconds);
  }
  return {};
}

/// Decides about all faces of the frame at once: nobody is there twice.
void Watcher::Decide(std::span<const Sighting> sightings) {
  std::vector<std::vector<Candidate>> means;
  for (const Sighting& sighting : sightings) {
    means.push_back(people_.at(sighting.track).vote.Means());
  }
  const std::vector<Identification> decided =
      DecideIdentities(means, thresholds_);
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    Person& person = people_.at(sightings[i].track);
    if (person.vote.is_enough()) {
      const int before = person.identity.num_switches();
      person.identity.Update(decided[i], thresholds_);
      num_switches_ += person.identity.num_switches() - before;
    }
  }
}

}  // namespace mien
