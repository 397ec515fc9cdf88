// SPDX-License-Identifier: Apache-2.0
#include "bench/protocol.h"

#include <fstream>
#include <iostream>
#include <string>
#include <utility>

#include "mien/version.h"

namespace mien::bench {
namespace {

/// Most memory that this program has held, in MB of 10^6 bytes. getrusage()
/// would count what started it, too: a fork of the driver.
double PeakMemoryMb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (double kib = 0; word == "VmHWM:" && status >> kib) {
      return kib * 1024.0 / 1e6;
    }
  }
  return 0.0;
}

json Answer(Contender& contender, const json& request) {
  const std::string what = request.value("do", "");
  if (what == "load") {
    return contender.Load(request);
  }
  if (what == "run") {
    return contender.Run(request);
  }
  if (what == "quit") {
    return {{"ok", true}};
  }
  return Failed("do is \"" + what + "\"; must be load, run or quit");
}

}  // namespace

json Failed(const std::string& why) { return {{"ok", false}, {"error", why}}; }

json Loaded(const std::string& precision) {
  return {{"ok", true},
          {"runtime", "mien " + std::string(Version())},
          {"precision", precision}};
}

json Finished(json times, json outputs) {
  return {{"ok", true},
          {"ms", std::move(times)},
          {"outputs", std::move(outputs)},
          {"rss_mb", PeakMemoryMb()}};
}

Result<void> ReadInput(const std::string& path, std::span<std::byte> bytes) {
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  if (!file) {
    return Error{
        ErrorCode::kIo,
        path + ": expected " + std::to_string(bytes.size()) + " bytes"};
  }
  return {};
}

void Serve(Contender& contender) {
  for (std::string line; std::getline(std::cin, line);) {
    bool quit = false;
    json answer;
    try {
      const json request = json::parse(line);
      quit = request.value("do", "") == "quit";
      answer = Answer(contender, request);
    } catch (const json::exception& error) {
      answer = Failed(error.what());
    }
    std::cout << answer.dump() << std::endl;
    if (quit) {
      return;
    }
  }
}

}  // namespace mien::bench
