// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "core/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

// Runs a fuzz target over files without libFuzzer, so that every build replays
// the corpus. Arguments are folders; all must exist and hold a file.

namespace {

/// Replays every file of `folder`; how many there were, or -1 when one could
/// not be read.
int Replay(const std::filesystem::path& folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto file = mien::ReadFile(entry.path());
    if (!file) {
      std::fprintf(stderr, "%s\n", file.error().message.c_str());
      return -1;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(file->data()),
                           file->size());
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      std::fprintf(stderr, "%s is not a folder\n", argv[i]);
      return 1;
    }
    const int count = Replay(argv[i]);
    std::printf("%s: %d files\n", argv[i], count);
    if (count <= 0) {
      return 1;
    }
  }
  return argc > 1 ? 0 : 1;
}
