// SPDX-License-Identifier: Apache-2.0
//
// What the handlers of several routes read and write in the same way.
#pragma once

#include <memory>
#include <string>

#include "mien/gallery_recognizer.h"
#include "services.h"

namespace mien::server {

/// Works on a request with the server's services.
using Work = Result<Response> (*)(Call&, const Services&);

/// `work` as the handler of a route; `services` must outlive it.
Handler HandlerOf(Work work, const Services& services);

Response JsonResponse(const Json& json, int status = 200);

/// JsonResponse(), with "timings_ms" when the request says timings=true.
///
/// Errors:
/// - kInvalidArgument: timings is neither true nor false.
Result<Response> TimedResponse(Call& call, Json json);

/// max_faces, min_score and min_face_px of the request.
///
/// Errors:
/// - kInvalidArgument: names the one out of range.
Result<FaceFilter> FilterOf(Call& call, const Services& services);

/// Decodes the picture called `name`, or the whole body.
///
/// Errors: those of Input::Picture() and FacePipeline::Decode().
Result<DecodedImage> PictureOf(
    Call& call,
    const Services& services,
    std::string_view name = "image",
    Input::WholeBody body = Input::WholeBody::kMayBe);

/// The name of the collection that the request is about: what it asks for, or
/// the only one that its key may use, or "default".
///
/// Errors:
/// - kNotFound: its key may not use that.
Result<std::string> CollectionOf(Call& call);

}  // namespace mien::server
