// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "common_options.h"
#include "http_server.h"
#include "mien/image.h"

namespace mien::server {

/// The flags of `mien serve`.
struct ServeOptions {
  cli::CommonOptions models;
  std::string gallery;   ///< empty for the user's own
  std::string key_file;  ///< of an encrypted gallery
  std::string api_keys;  ///< empty for GALLERY.keys.json
  HttpServerOptions http;

  std::string reads = "auto";
  double rate = 0.0;
  int workers = 0;
  int max_queue = 64;
  int max_wait_ms = 5'000;
  std::int64_t max_pixels = 40'000'000;
  int max_decode_ms = 5'000;
  int max_faces = 100;
  bool keep_thumbnails = false;
  std::string similarity_curve = "model";
  bool check = false;
  bool routes = false;
  std::string log_format = "text";
  std::string audit_log;

  /// Whether only this machine can reach the server.
  [[nodiscard]] bool IsLocal() const;

  /// Whether reading needs no key.
  [[nodiscard]] bool HasOpenReads() const {
    return reads == "open" || (reads == "auto" && IsLocal());
  }

  [[nodiscard]] int NumWorkers() const;

  /// Threads that each picture is worked on with, >= 1.
  [[nodiscard]] int NumThreads() const;

  [[nodiscard]] DecodeOptions PictureLimits() const;

  /// `gallery`, or people.db in the user's data folder.
  [[nodiscard]] std::string GalleryPath() const;
  [[nodiscard]] std::string ApiKeysPath() const;
};

void AddServeFlags(CLI::App& app, ServeOptions& options);

/// --gallery and --api-keys, which say where the API keys are.
void AddKeyPlaceFlags(CLI::App& app, ServeOptions& options);

}  // namespace mien::server
