// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien::nets {

/// How far a download is, in bytes; `total` is 0 while not known.
struct FetchProgress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

/// Called now and then during a download, from the thread that fetches; false
/// stops it. Must not throw.
using FetchObserver = std::function<bool(const FetchProgress&)>;

struct FetchRequest {
  /// http:// or https://.
  std::string url;

  /// Where the file shall lie. Its folder must exist.
  std::filesystem::path path;

  /// 64 lower-case hex digits. Empty takes whatever arrives: only for a user
  /// who asked for that in so many words and is shown FetchedFile::sha256.
  std::string sha256;

  /// A longer answer is refused.
  std::uint64_t max_bytes = std::uint64_t{2} << 30U;

  FetchObserver observer;
};

struct FetchedFile {
  std::string sha256;
  std::uint64_t bytes = 0;

  /// Bytes that came over the network just now: 0 when the file was there, less
  /// than `bytes` when an earlier download was continued.
  std::uint64_t downloaded_bytes = 0;
};

/// Downloads one file. It grows as `<path>.part`, is verified there and then
/// renamed, so `path` never holds half a file or a wrong one. An interrupted
/// download with a known hash continues where it stopped. A file at `path` that
/// already has the hash is left alone, without touching the network.
///
/// Errors:
/// - kInvalidArgument: the URL or the hash is malformed.
/// - kAlreadyExists: another file is at `path`.
/// - kCorruptData: the hash is another; both are named, and the download is
///   removed.
/// - kLimitExceeded: longer than `max_bytes`.
/// - kNotFound: the server has no such file.
/// - kIo: network or disk; says what. The part stays for the next try.
/// - kCancelled: the observer said so. The part stays.
/// - kUnsupported: libcurl is not installed.
///
/// Thread safety: may run concurrently; two downloads to one path are refused.
Result<FetchedFile> FetchFile(const FetchRequest& request);

/// What a downloaded file is.
enum class FetchedKind : std::uint8_t {
  kOnnx,            ///< used as it is
  kFacenetPytorch,  ///< a checkpoint, for ImportFacenetPytorch()
};

struct FetchableFile {
  std::string_view url;
  std::string_view sha256;
  std::uint64_t bytes = 0;
  FetchedKind kind = FetchedKind::kOnnx;

  /// Name of the ONNX file that it becomes.
  std::string_view saved_as;
};

/// A published model that can be had by name.
struct FetchableModel {
  std::string_view name;
  std::string_view description;
  std::string_view license;
  std::vector<FetchableFile> files;
};

/// All of them. docs/models.md says where the hashes come from.
std::span<const FetchableModel> FetchableModels();

/// The model called `name`.
///
/// Errors:
/// - kNotFound: lists the names.
Result<FetchableModel> FindFetchableModel(std::string_view name);

/// Downloads all files of `model` into `folder` and turns checkpoints into
/// ONNX. What an earlier call converted is kept as it is. Returns the paths of
/// the ONNX files.
///
/// Errors: those of FetchFile() and ImportFacenetPytorch().
Result<std::vector<std::filesystem::path>> FetchModel(
    const FetchableModel& model,
    const std::filesystem::path& folder,
    const FetchObserver& observer = {});

}  // namespace mien::nets
