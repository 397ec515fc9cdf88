// SPDX-License-Identifier: Apache-2.0
#include "input.h"

#include <gtest/gtest.h>

namespace mien::server {
namespace {

Request JsonRequest(std::string body) {
  Request request;
  request.headers = {{"content-type", "Application/JSON; charset=utf-8"}};
  request.body = std::move(body);
  return request;
}

Request FormRequest() {
  Request request;
  request.headers = {{"content-type", "multipart/form-data; boundary=XX"}};
  request.body =
      "--XX\r\nContent-Disposition: form-data; name=\"limit\"\r\n\r\n3\r\n"
      "--XX\r\nContent-Disposition: form-data; name=\"image\"; "
      "filename=\"a.jpg\"\r\n\r\nbytes\r\n--XX--";
  return request;
}

std::string TextOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Input, ReadsParametersFromQueryFormAndJson) {
  Request query;
  query.query = {{"limit", "1"}};
  const Request form = FormRequest();
  const Request json = JsonRequest(R"({"limit": 5})");
  EXPECT_EQ(*Input::Parse(query)->Int("limit", 9, 0, 10), 1);
  EXPECT_EQ(*Input::Parse(form)->Int("limit", 9, 0, 10), 3);
  EXPECT_EQ(*Input::Parse(json)->Int("limit", 9, 0, 10), 5);
  EXPECT_EQ(*Input::Parse(json)->Int("other", 9, 0, 10), 9);
}

TEST(Input, NamesTheFieldAndWhatWouldBeRight) {
  Request request;
  request.query = {{"limit", "11"}, {"rate", "x"}, {"half", "1.5"}};
  Input input = *Input::Parse(request);
  EXPECT_EQ(input.Int("limit", 1, 0, 10).error().message,
            "limit is \"11\"; must be a number in [0, 10]");
  EXPECT_EQ(input.faulty_field(), "limit");
  EXPECT_EQ(input.Number("rate", 0.5, 0, 1).error().message,
            "rate is \"x\"; must be a number in [0, 1]");
  EXPECT_EQ(input.Int("half", 1, 0, 10).error().message,
            "half is 1.5; must be a whole number");
  EXPECT_EQ(input.Flag("half", true).error().message,
            "half is \"1.5\"; must be true or false");
}

TEST(Input, FalseIsFalse) {
  Request request;
  request.query = {{"a", "false"}, {"b", "0"}, {"c", "true"}};
  Input input = *Input::Parse(request);
  EXPECT_FALSE(*input.Flag("a", true));
  EXPECT_FALSE(*input.Flag("b", true));
  EXPECT_TRUE(*input.Flag("c", false));
}

TEST(Input, FindsPicturesInFormJsonAndBody) {
  const Request form = FormRequest();
  Input from_form = *Input::Parse(form);
  EXPECT_EQ(TextOf(*from_form.Picture("image", Input::WholeBody::kIsNot)),
            "bytes");

  const Request json = JsonRequest(R"({"image": "Zm9v"})");
  Input from_json = *Input::Parse(json);
  EXPECT_EQ(TextOf(*from_json.Picture("image", Input::WholeBody::kIsNot)),
            "foo");

  Request raw;
  raw.headers = {{"content-type", "image/jpeg"}};
  raw.body = "pixels";
  Input from_body = *Input::Parse(raw);
  EXPECT_EQ(TextOf(*from_body.Picture("image", Input::WholeBody::kMayBe)),
            "pixels");
  EXPECT_EQ(
      from_body.Picture("image", Input::WholeBody::kIsNot).error().message,
      "image is missing");
}

TEST(Input, APictureThatIsNoTextIsRefused) {
  const Request json = JsonRequest(R"({"image": 7})");
  Input input = *Input::Parse(json);
  EXPECT_EQ(input.Picture("image", Input::WholeBody::kIsNot).error().message,
            "image must be a picture in base64");
  EXPECT_EQ(input.faulty_field(), "image");
}

TEST(Input, NoBodyNeedsToBeNoJson) {
  const Request json = JsonRequest("");
  EXPECT_TRUE(Input::Parse(json));
}

TEST(Input, ABodyThatIsNotWhatItSaysIsRefused) {
  const Request json = JsonRequest("{");
  EXPECT_EQ(Input::Parse(json).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace mien::server
