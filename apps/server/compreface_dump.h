// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "mien/result.h"

namespace mien::server {

/// One row of CompreFace's table "model": a service and its key.
struct CompreFaceService {
  std::string name;
  std::string api_key;
  std::string type;  ///< "R"ecognition, "D"etection, "V"erification
};

/// One enrolled face, joined with its subject.
struct CompreFaceFace {
  std::string id;
  std::string api_key;  ///< of the service whose collection it is in
  std::string subject;
  std::string
      calculator;  ///< the network: "facenet.Calculator@20180402-114759"
  std::vector<float> embedding;
};

/// The services in a dump of CompreFace's database as `pg_dump` writes it
/// (plain format, COPY).
///
/// Errors:
/// - kCorruptData: names the line.
Result<std::vector<CompreFaceService>> ReadServices(std::istream& dump);

/// Calls `visit` for each face, until it fails. Reads `dump`, which must be at
/// its beginning and able to return there, twice: pg_dump writes faces before
/// the subjects that they belong to.
///
/// Errors: those of `visit`, and
/// - kCorruptData: names the line; no table "subject" or "embedding".
Result<void> ForEachFace(
    std::istream& dump,
    const std::function<Result<void>(const CompreFaceFace&)>& visit);

}  // namespace mien::server
