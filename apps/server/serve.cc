// SPDX-License-Identifier: Apache-2.0
#include "serve.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "access.h"
#include "collections.h"
#include "core/cpu.h"
#include "dispatcher.h"
#include "face_pipeline.h"
#include "gallery_options.h"
#include "mien/version.h"
#include "services.h"
#include "warm_up.h"

namespace mien::server {
namespace {

/// Each connection needs a descriptor; the usual 1024 are few.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

cli::GalleryArguments PlaceOf(const ServeOptions& options) {
  return {.path = options.GalleryPath(), .key_file = options.key_file};
}

Result<std::unique_ptr<Gallery>> OpenGalleryFile(const ServeOptions& options) {
  const std::filesystem::path path = options.GalleryPath();
  if (options.gallery.empty()) {
    std::error_code ignored;  // opening says what is wrong
    std::filesystem::create_directories(path.parent_path(), ignored);
  }
  return cli::OpenGallery(PlaceOf(options), cli::GalleryUse::kCreate);
}

/// A file that is appended to, or the standard error stream.
struct LogFile {
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::unique_ptr<std::FILE, Closer> owned;

  [[nodiscard]] std::FILE* get() const {
    return owned == nullptr ? stderr : owned.get();
  }
};

Result<LogFile> OpenLog(const std::string& path) {
  LogFile log;
  if (!path.empty()) {
    log.owned.reset(std::fopen(path.c_str(), "ae"));
    if (log.owned == nullptr) {
      return Error{ErrorCode::kIo, path + ": cannot be appended to"};
    }
  }
  return log;
}

/// Everything that lives as long as the server, in the order that it must come
/// up; it goes down in the other.
struct Application {
  Application(const ServeOptions& options,
              const Recognizer& recognizer,
              Gallery& gallery,
              GallerySearchOptions search,
              std::FILE* audit_file)
      : keys(options.ApiKeysPath()),
        access(keys,
               {.open_reads = options.HasOpenReads(), .rate = options.rate}),
        collections(recognizer,
                    gallery,
                    std::move(search),
                    [this](const std::string& notice) {
                      log.Event("index", {{"notice", notice}});
                    }),
        faces(recognizer,
              options.PictureLimits(),
              std::max(1, NumUsableCpus() / options.NumThreads()),
              [this](int size) {
                metrics.ObserveCount(
                    "mien_batch_faces", "Faces embedded in one run.", size);
              }),
        services{
            .recognizer = &recognizer,
            .collections = &collections,
            .faces = &faces,
            .access = &access,
            .metrics = &metrics,
            .keep_thumbnails = options.keep_thumbnails,
            .keep_compreface_curve = options.similarity_curve == "compreface",
            .max_faces = options.max_faces},
        log(FormatOf(options), WriteTo(stderr)),
        audit(FormatOf(options), WriteTo(audit_file)),
        workers(options.NumWorkers(),
                static_cast<std::size_t>(options.max_queue),
                std::chrono::milliseconds(options.max_wait_ms)),
        dispatcher({.router = router,
                    .access = access,
                    .workers = workers,
                    .metrics = metrics,
                    .log = log,
                    .audit = audit,
                    .is_local = options.IsLocal()}) {
    AddAllRoutes(router, services);
  }

  static LogFormat FormatOf(const ServeOptions& options) {
    return options.log_format == "json" ? LogFormat::kJson : LogFormat::kText;
  }

  void AddGauges(const HttpServer& server) {
    metrics.AddGauge("mien_queue_length", "Requests that wait.", [this] {
      return static_cast<double>(workers.QueueLength());
    });
    metrics.AddGauge("mien_connections", "Open connections.", [&server] {
      return static_cast<double>(server.usage().connections);
    });
    metrics.AddGauge("mien_buffered_bytes", "Request bodies held.", [&server] {
      return static_cast<double>(server.usage().buffered_bytes);
    });
    metrics.AddGauge(
        "mien_gallery_faces",
        "Enrolled faces in the collections in use.",
        [this] { return static_cast<double>(collections.NumTemplates()); });
    metrics.AddGauge(
        "process_resident_memory_bytes", "Memory held in RAM.", ResidentBytes);
  }

  Metrics metrics;
  ApiKeys keys;
  Access access;
  Collections collections;
  FacePipeline faces;
  Services services;
  Router router;
  ServerLog log;
  ServerLog audit;
  WorkerPool workers;
  Dispatcher dispatcher;
};

Result<void> Check(const ServeOptions& options,
                   Application& application,
                   const Recognizer& recognizer) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<ApiKey> keys,
                        application.keys.List());
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::string> collections,
                        application.collections.gallery().Collections());
  for (const std::string& name : collections) {
    MIEN_RETURN_IF_ERROR([&]() -> Result<void> {
      MIEN_ASSIGN_OR_RETURN(const auto opened,
                            application.collections.Open(name));
      std::printf("collection %s: %zu subjects, %zu faces\n",
                  name.c_str(),
                  opened->num_subjects(),
                  opened->num_templates());
      return {};
    }());
  }
  std::printf("detector %s, embedder %s %s\ngallery %s\n%zu API keys in %s\n",
              recognizer.detector().name().c_str(),
              recognizer.embedder().contract().name.c_str(),
              recognizer.embedder().contract().id.c_str(),
              options.GalleryPath().c_str(),
              keys.size(),
              options.ApiKeysPath().c_str());
  return {};
}

/// Networks that fail here fail with each request, too, which says so.
void WarmUpAndTell(const Recognizer& recognizer, ServerLog& log) {
  const auto start = std::chrono::steady_clock::now();
  const auto warm = WarmUp(recognizer);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  log.Event("warm",
            warm ? LogFields{{"ms", std::to_string(ms.count())}}
                 : LogFields{{"notice", warm.error().message}});
}

RecognizerOptions RecognizerOptionsOf(const ServeOptions& options) {
  RecognizerOptions wishes = options.models.ForRecognizer(options.NumThreads());
  wishes.detection.max_faces = options.max_faces;
  return wishes;
}

}  // namespace

void PrintRoutes() {
  Router router;
  Services nothing;
  AddAllRoutes(router, nothing);
  for (const Route& route : router.routes()) {
    std::printf("%s %s %s\n",
                route.method.c_str(),
                route.pattern.c_str(),
                std::string(RoleName(route.role)).c_str());
  }
}

Result<cli::ExitCode> Serve(const ServeOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        Recognizer::Load(RecognizerOptionsOf(options)));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Gallery> gallery,
                        OpenGalleryFile(options));
  MIEN_ASSIGN_OR_RETURN(const LogFile audit_log, OpenLog(options.audit_log));
  GallerySearchOptions search;
  MIEN_ASSIGN_OR_RETURN(search.index_beside,
                        cli::IndexFilesBeside(PlaceOf(options)));
  Application application(
      options, *recognizer, *gallery, search, audit_log.get());
  if (options.check) {
    MIEN_RETURN_IF_ERROR(Check(options, application, *recognizer));
    return cli::ExitCode::kDone;
  }
  WarmUpAndTell(*recognizer, application.log);
  RaiseDescriptorLimit();
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<HttpServer> server,
                        HttpServer::Open(options.http, application.dispatcher));
  application.AddGauges(*server);
  application.log.Event(
      "listening",
      {{"scheme", options.http.tls_cert.empty() ? "http" : "https"},
       {"address", options.http.address},
       {"port", std::to_string(server->port())},
       {"version", std::string(Version())},
       {"detector", recognizer->detector().name()},
       {"embedder", recognizer->embedder().contract().id},
       {"gallery", options.GalleryPath()},
       {"reads", options.HasOpenReads() ? "open" : "keyed"}});
  server->Run();
  // What still runs answers connections, which must not go before.
  application.workers.Finish();
  application.log.Event("stopped", {});
  return cli::ExitCode::kDone;
}

}  // namespace mien::server
