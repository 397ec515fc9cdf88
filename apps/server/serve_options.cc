// SPDX-License-Identifier: Apache-2.0
#include "serve_options.h"

#include <cstdlib>
#include <filesystem>

#include "access.h"
#include "core/cpu.h"

namespace mien::server {
namespace {

namespace fs = std::filesystem;

/// $XDG_DATA_HOME/mien, or ~/.local/share/mien.
fs::path DataFolder() {
  if (const char* data = std::getenv("XDG_DATA_HOME");
      data != nullptr && *data != '\0') {
    return fs::path(data) / "mien";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home == nullptr ? "." : home) / ".local/share/mien";
}

void AddListenFlags(CLI::App& app, ServeOptions& options) {
  app.add_option("--listen",
                 options.http.address,
                 "IP address to listen on; others than 127.0.0.1 open the "
                 "server to the network")
      ->capture_default_str()
      ->type_name("ADDRESS");
  app.add_option("--port", options.http.port, "0 lets the system choose")
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--tls-cert",
                 options.http.tls_cert,
                 "Certificate chain; turns HTTPS on")
      ->type_name("FILE.pem");
  app.add_option("--tls-key", options.http.tls_key, "Its private key")
      ->type_name("FILE.pem");
}

void AddAccessFlags(CLI::App& app, ServeOptions& options) {
  app.add_option("--reads",
                 options.reads,
                 "Whether reading needs an API key: open, keyed, or auto: open "
                 "on a loopback address. Writing always needs one")
      ->check(CLI::IsMember({"auto", "open", "keyed"}))
      ->capture_default_str()
      ->type_name("WHO");
  app.add_option("--rate",
                 options.rate,
                 "Requests a second of one key or address; 0: no limit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--audit-log",
                 options.audit_log,
                 "Append who changed what to this file; default: the log")
      ->type_name("FILE");
  app.add_option("--log-format", options.log_format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str()
      ->type_name("FORMAT");
}

/// A duration in milliseconds as a flag in seconds.
void AddSeconds(CLI::App& app,
                const char* flag,
                std::chrono::milliseconds& time,
                const char* help) {
  app.add_option_function<double>(
         flag,
         [&time](const double& seconds) {
           time = std::chrono::milliseconds(
               static_cast<std::int64_t>(1000 * seconds));
         },
         help)
      ->check(CLI::Range(0.001, 86'400.0))
      ->default_str(std::to_string(time.count() / 1000))
      ->type_name("S");
}

void AddLimitFlags(CLI::App& app, ServeOptions& options) {
  HttpLimits& limits = options.http.limits;
  const auto add = [&](const char* flag, auto& value, const char* help) {
    app.add_option(flag, value, help)
        ->check(CLI::PositiveNumber)
        ->capture_default_str()
        ->type_name("N");
  };
  add("--max-body-bytes", limits.max_body_bytes, "Longest request body");
  add("--max-buffered-bytes",
      limits.max_buffered_bytes,
      "Bodies of all requests together");
  add("--max-connections",
      limits.max_connections,
      "Clients at once; the longest idle makes room");
  add("--max-pixels", options.max_pixels, "Largest picture, width x height");
  add("--max-decode-ms", options.max_decode_ms, "Longest decoding");
  add("--max-faces", options.max_faces, "Most faces of one picture");
  add("--max-queue", options.max_queue, "Requests that may wait; then 503");
  add("--max-wait-ms", options.max_wait_ms, "Longest wait; then 503");
  AddSeconds(app,
             "--head-seconds",
             limits.head_time,
             "A request's head must arrive within");
  AddSeconds(app, "--body-seconds", limits.body_time, "Its body within");
  AddSeconds(app,
             "--idle-seconds",
             limits.idle_time,
             "The next request on a connection within");
  AddSeconds(app,
             "--stop-seconds",
             limits.stop_time,
             "On SIGTERM, finish what was accepted within");
}

void AddModelFlags(CLI::App& app, ServeOptions& options) {
  app.add_option("--models",
                 options.models.models,
                 "Folder of models; default: as for the other commands")
      ->type_name("DIR");
  app.add_option("--threads",
                 options.models.threads,
                 "Threads for one picture; default: 1, as pictures go side by "
                 "side")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  app.add_option("--workers",
                 options.workers,
                 "Pictures worked on side by side; default: two per CPU")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  cli::AddDetectorFlags(app, options.models);
  app.remove_option(app.get_option("--max-faces"));
  cli::AddEmbedderFlags(app, options.models);
}

}  // namespace

bool ServeOptions::IsLocal() const {
  return NamesThisMachine(http.address) || http.address == "::1";
}

int ServeOptions::NumWorkers() const {
  return workers > 0 ? workers : 2 * NumUsableCpus();
}

int ServeOptions::NumThreads() const { return std::max(1, models.threads); }

DecodeOptions ServeOptions::PictureLimits() const {
  DecodeOptions limits;
  limits.max_bytes = http.limits.max_body_bytes;
  limits.max_pixels = max_pixels;
  limits.max_time = std::chrono::milliseconds(max_decode_ms);
  return limits;
}

std::string ServeOptions::GalleryPath() const {
  return gallery.empty() ? (DataFolder() / "people.db").string() : gallery;
}

std::string ServeOptions::ApiKeysPath() const {
  return api_keys.empty() ? GalleryPath() + ".keys.json" : api_keys;
}

void AddKeyPlaceFlags(CLI::App& app, ServeOptions& options) {
  app.add_option("--gallery",
                 options.gallery,
                 "The gallery's file, made if need be; default: mien/people.db "
                 "in the user's data folder")
      ->type_name("FILE");
  app.add_option("--api-keys",
                 options.api_keys,
                 "File of API keys; default: the gallery's name and .keys.json")
      ->type_name("FILE");
}

void AddServeFlags(CLI::App& app, ServeOptions& options) {
  AddKeyPlaceFlags(app, options);
  app.add_option("--key-file",
                 options.key_file,
                 "File with the key of an encrypted gallery; default: "
                 "$MIEN_GALLERY_KEY")
      ->type_name("FILE");
  app.add_flag("--keep-thumbnails",
               options.keep_thumbnails,
               "Keep a small picture of each enrolled face in the gallery");
  app.add_option("--similarity-curve",
                 options.similarity_curve,
                 "What tells CompreFace's clients 0.5: the embedder's own "
                 "threshold (model) or that of CompreFace's default model "
                 "(compreface)")
      ->check(CLI::IsMember({"model", "compreface"}))
      ->capture_default_str()
      ->type_name("WHICH");
  app.add_flag("--check", options.check, "Load everything, say what, and exit");
  app.add_flag("--routes",
               options.routes,
               "List method, path and needed role of each route, and exit");
  AddListenFlags(app, options);
  AddAccessFlags(app, options);
  AddModelFlags(app, options);
  AddLimitFlags(app, options);
}

}  // namespace mien::server
