// SPDX-License-Identifier: Apache-2.0
//
// The contender's side of the protocol in bench/README.md, for mien's programs.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include "mien/result.h"

namespace mien::bench {

using nlohmann::json;

/// What a program does between requests. May throw json::exception on requests
/// that lack a field; Serve() answers with its text.
class Contender {
 public:
  Contender() = default;
  Contender(const Contender&) = delete;
  Contender& operator=(const Contender&) = delete;
  virtual ~Contender() = default;

  virtual json Load(const json& request) = 0;
  virtual json Run(const json& request) = 0;
};

/// The answer of a contender that cannot do what was asked.
json Failed(const std::string& why);

/// The answer to a load that worked.
json Loaded(const std::string& precision);

/// Adds to the answer of a run what all of them report.
json Finished(json times, json outputs);

/// Fills `bytes` from the start of the file.
///
/// Errors:
/// - kIo: the file is shorter, or cannot be read.
Result<void> ReadInput(const std::string& path, std::span<std::byte> bytes);

/// How long `work` takes, in milliseconds.
template <std::invocable Work>
double MillisecondsOf(Work&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now() - begin)
      .count();
}

/// Answers standard input line by line until it ends or says "quit".
void Serve(Contender& contender);

}  // namespace mien::bench
