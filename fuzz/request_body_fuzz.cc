// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "input.h"
#include "url.h"

// Bodies of requests: the first line is the Content-Type, the rest the body. It
// is refused with a reason, or what is read lies within the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  if (end == std::string::npos) {
    return 0;
  }
  mien::server::Request request;
  request.headers = {{"content-type", text.substr(0, end)}};
  request.body = text.substr(end + 1);
  request.query = mien::server::ParseQuery(request.body);
  mien::server::SplitPath("/" + request.body);
  auto input = mien::server::Input::Parse(request);
  if (!input) {
    if (input.error().message.empty()) {
      std::abort();
    }
    return 0;
  }
  const auto rate = input->Number("fmr", 0.5, 0, 1);
  if (rate && !(*rate >= 0.0 && *rate <= 1.0)) {
    std::abort();
  }
  const auto picture =
      input->Picture("image", mien::server::Input::WholeBody::kMayBe);
  if (picture && picture->size() > request.body.size()) {
    std::abort();
  }
  return 0;
}
