// SPDX-License-Identifier: Apache-2.0
//
// CompreFace's REST API (github.com/exadel-inc/CompreFace, 1.2), so that its
// clients can stay as they are: what its routes share. docs/compat.md lists
// what is the same and what is not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers.h"
#include "mien/recognizer.h"
#include "services.h"

namespace mien::server::compreface {

/// Its error codes (CommonExceptionCode.java) that are used here.
enum class Code {
  kUndefined = 0,
  kKeyNotFound = 10,
  kMissingHeader = 20,
  kBadFile = 21,
  kInvalid = 26,
  kNoFace = 28,
  kTooManyFaces = 31,
  kMissingParameter = 33,
  kMissingPart = 34,
  kBadArgument = 36,
  kCoreFailed = 41,
  kNoSubject = 42,
  kSubjectExists = 43,
  kNoImage = 44,
};

/// {"message", "code"}
Response FailureBody(int status, Code code, const std::string& message);

/// Puts the server's failures into its form.
Response WriteFailure(const Failure& failure, const Request& request);

Response NoSubject(const std::string& name);
Response NoImage(const std::string& id);

/// A template's id as the UUID that its clients want, and back; none for what
/// is not ours.
std::string ImageId(std::int64_t template_id);
std::optional<std::int64_t> TemplateId(std::string_view image_id);

/// {"image_id", "subject"}
Json Entry(std::int64_t template_id, const std::string& subject);

/// An enrolled picture, as it calls a template.
struct StoredImage {
  Template entry;
  Subject subject;
};

/// The picture `id`, if the key's collection has it.
std::optional<StoredImage> FindImage(Call& call,
                                     const Services& services,
                                     const std::string& id);

/// Entry() of all pictures of the key's collection, or of its subject called
/// `only`.
Result<Json> Entries(Call& call,
                     const Services& services,
                     const std::optional<std::string>& only);

/// How its clients are told a similarity: 0 to 1, rounded to 5 digits, from the
/// distance d of unit vectors: (tanh((center - d) * slope) + 1) / 2
/// (embedding-calculator, plugins/facenet). `center` is 0.5's distance.
struct Curve {
  double center = 1.1817961;  // of its default model, 20180402-114759
  double slope = 5.291995557;
};

double Similarity(float cosine_similarity, const Curve& curve);

/// The curve whose 0.5 is the embedder's own match threshold, or CompreFace's
/// where `services` keep it.
Curve CurveOf(const Services& services);

/// limit, det_prob_threshold, face_plugins and status of a request.
struct Wishes {
  FaceFilter filter;
  int limit = 0;  ///< 0 for all
  bool landmarks = false;
  bool embedding = false;
  bool status = false;
};

Result<Wishes> WishesOf(Call& call, const Services& services);

/// The faces of the picture called `name`, the largest first.
///
/// Errors:
/// - kInvalidImage: "no face found", or no picture.
Result<std::vector<Face>> FacesOf(Call& call,
                                  const Services& services,
                                  const Wishes& wishes,
                                  std::string_view name);

/// {"box": {...}, "landmarks"?, "embedding"?, "execution_time"?}
Json FaceAnswer(const Face& face, const Wishes& wishes, const Call& call);

/// Adds "plugins_versions" when status=true asks for it.
void AddVersions(Json& json, const Wishes& wishes, const Services& services);

/// A route of its API, which always needs a key.
void AddRoute(Router& router,
              Services& services,
              const char* method,
              const std::string& path,
              Role role,
              Work work);

}  // namespace mien::server::compreface
