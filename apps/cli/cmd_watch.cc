// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "commands.h"
#include "common_options.h"
#include "engine/watcher.h"
#include "gallery_options.h"
#include "json.h"
#include "models.h"
#include "search_options.h"
#include "stop_signal.h"
#include "video/video_sink.h"
#include "watch_report.h"
#include "watch_source.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "SOURCE is a video file, a network address (rtsp://..., http://...) or a "
    "camera\n"
    "(/dev/video0). Faces are followed from frame to frame and named by what "
    "their\n"
    "frames say together. A live stream is opened again when it breaks off, "
    "and "
    "of one\n"
    "that is faster than this computer the newest frame is looked at. The "
    "first "
    "Ctrl-C\n"
    "ends in good order.\n\n"
    "Examples:\n"
    "  mien watch --gallery staff.db door.mp4\n"
    "  mien watch --gallery staff.db --draw named.mp4 --every 2 door.mp4\n"
    "  mien watch --gallery staff.db --json rtsp://camera.local/stream1";

constexpr double kUsualFrameRate = 25.0;

struct WatchArguments {
  CommonOptions common;
  GalleryArguments gallery;
  SearchArguments search;
  WatchOptions watch;
  std::string source;
  std::string draw;
  int every = 1;
  double max_seconds = 0.0;
  bool wants_frames = false;
};

bool IsVideoPath(const fs::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  constexpr std::array kEndings =
      std::to_array<std::string_view>({".mp4", ".mkv", ".mov", ".avi", ".ts"});
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

/// Where drawn frames go: a video, begun at the first frame, or a folder of
/// pictures named by the frame's number.
class DrawnFrames {
 public:
  static Result<DrawnFrames> Create(const std::string& path) {
    DrawnFrames drawn;
    drawn.path_ = path;
    if (!path.empty() && !IsVideoPath(path)) {
      std::error_code error;
      fs::create_directories(path, error);
      if (error) {
        return Error{ErrorCode::kIo, path + ": " + error.message()};
      }
    }
    return drawn;
  }

  Result<void> Add(const video::VideoFrame& frame,
                   const WatchedFrame& watched,
                   double frame_rate) {
    if (path_.empty()) {
      return {};
    }
    const Image picture = DrawWatchedFrame(frame.image, watched);
    if (!IsVideoPath(path_)) {
      char name[32];
      std::snprintf(name,
                    sizeof(name),
                    "%06lld.jpg",
                    static_cast<long long>(frame.index));
      return SaveImage(picture, path_ / name);
    }
    if (sink_ == nullptr) {
      MIEN_ASSIGN_OR_RETURN(
          sink_,
          video::VideoSink::Create(
              path_, picture.width(), picture.height(), frame_rate));
    }
    return sink_->Write(picture, frame.seconds);
  }

  Result<void> Finish() {
    return sink_ == nullptr ? Result<void>() : sink_->Finish();
  }

 private:
  fs::path path_;
  std::unique_ptr<video::VideoSink> sink_;
};

/// Counts for the end.
struct WatchTotals {
  std::int64_t num_frames = 0;
  double seconds = 0.0;
};

void PrintEvents(std::span<const PresenceEvent> events, bool as_json) {
  for (const PresenceEvent& event : events) {
    if (as_json) {
      PrintLine(EventJson(event));
    } else {
      std::printf("%s\n", EventText(event).c_str());
      std::fflush(stdout);
    }
  }
}

void PrintTotals(const WatchTotals& totals,
                 const Watcher& watcher,
                 const WatchSource& source,
                 bool as_json) {
  const int num_damaged = source.frames->num_damaged();
  const std::int64_t num_dropped = source.frames->num_dropped();
  if (as_json) {
    PrintLine({{"event", "end"},
               {"time", static_cast<float>(totals.seconds)},
               {"frames", totals.num_frames},
               {"dropped", num_dropped},
               {"tracks", watcher.num_tracks()},
               {"identity_switches", watcher.num_switches()},
               {"damaged", num_damaged},
               {"reconnects", source.num_losses->load()}});
    return;
  }
  std::fprintf(stderr,
               "%lld frames in %s, %d tracks, %d identity switches",
               static_cast<long long>(totals.num_frames),
               VideoTimeText(totals.seconds).c_str(),
               watcher.num_tracks(),
               watcher.num_switches());
  if (num_dropped > 0) {
    std::fprintf(stderr,
                 ", %lld frames dropped to keep up",
                 static_cast<long long>(num_dropped));
  }
  if (num_damaged > 0) {
    std::fprintf(stderr, ", %d damaged parts passed over", num_damaged);
  }
  std::fprintf(stderr, "\n");
}

/// Watches until the end, a stop or --max-seconds.
///
/// Errors: those of the source, of Watcher::Observe() and of drawing.
Result<void> WatchFrames(const WatchArguments& arguments,
                         video::VideoSource& source,
                         Watcher& watcher,
                         DrawnFrames& drawn,
                         WatchTotals& totals) {
  const double rate =
      source.frame_rate() > 0.0 ? source.frame_rate() : kUsualFrameRate;
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const std::optional<video::VideoFrame> frame,
                          source.Next());
    if (!frame || (arguments.max_seconds > 0.0 &&
                   frame->seconds >= arguments.max_seconds)) {
      return {};
    }
    MIEN_ASSIGN_OR_RETURN(const WatchedFrame watched,
                          watcher.Observe(frame->image, frame->seconds));
    ++totals.num_frames;
    totals.seconds = frame->seconds;
    if (arguments.wants_frames) {
      PrintLine(FrameJson(frame->index, frame->seconds, watched));
    }
    PrintEvents(watched.events, arguments.common.json);
    MIEN_RETURN_IF_ERROR(drawn.Add(*frame, watched, rate / arguments.every));
  }
}

Result<ExitCode> RunWatch(const WatchArguments& arguments) {
  const CommonOptions& common = arguments.common;
  if (arguments.wants_frames && !common.json) {
    return Error{ErrorCode::kInvalidArgument, "--frames needs --json"};
  }
  StopOnSignals();
  WatchTotals totals;
  const auto source = OpenWatchSource(arguments.source, arguments.every);
  if (!source) {
    PrintError(source.error());
    return ExitCodeOfInput(source.error());
  }
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(common, common.NumThreads()));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Gallery> gallery,
                        OpenGallery(arguments.gallery, GalleryUse::kRead));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<GalleryRecognizer> identifier,
                        OpenForSearch(*recognizer,
                                      *gallery,
                                      arguments.gallery,
                                      arguments.search,
                                      common.NumThreads()));
  WatchOptions watch = arguments.watch;
  watch.identify = arguments.search.identify;
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Watcher> watcher,
                        Watcher::Create(*recognizer, *identifier, watch));
  MIEN_ASSIGN_OR_RETURN(DrawnFrames drawn, DrawnFrames::Create(arguments.draw));
  const Result<void> watched =
      WatchFrames(arguments, *source->frames, *watcher, drawn, totals);
  PrintEvents(watcher->Finish(), common.json);
  MIEN_RETURN_IF_ERROR(drawn.Finish());
  PrintTotals(totals, *watcher, *source, common.json);
  if (!watched) {
    PrintError(watched.error());
    return ExitCodeOfInput(watched.error());
  }
  return ExitCode::kDone;
}

void AddWatchFlags(CLI::App& command, WatchArguments& arguments) {
  command
      .add_option(
          "--every", arguments.every, "Look at one frame in N; the faster")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option("--max-seconds",
                  arguments.max_seconds,
                  "Stop after so much of the video")
      ->check(CLI::PositiveNumber)
      ->type_name("S");
  command
      .add_option("--gone-after",
                  arguments.watch.gone_after_seconds,
                  "Who is not seen for longer has left, in seconds")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->type_name("S");
  command.add_flag("--frames",
                   arguments.wants_frames,
                   "With --json: an object for every frame too");
  command
      .add_option("--draw",
                  arguments.draw,
                  "Draw boxes and names: a video, or a folder for pictures")
      ->type_name("OUT.mp4");
}

}  // namespace

void AddWatchCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "watch", "Say who is in a video, a stream or before a camera");
  command->footer(kFooter);
  auto arguments = std::make_shared<WatchArguments>();
  command
      ->add_option(
          "SOURCE", arguments->source, "Video file, network address or camera")
      ->required();
  AddGalleryFlags(*command, arguments->gallery);
  AddWatchFlags(*command, *arguments);
  AddSearchFlags(*command, arguments->search);
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunWatch(*arguments)); });
}

}  // namespace mien::cli
