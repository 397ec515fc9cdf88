// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

onnx::TensorProto MakeProto(int type, std::initializer_list<int> dims) {
  onnx::TensorProto proto;
  proto.set_name("w");
  proto.set_data_type(type);
  for (const int dim : dims) {
    proto.add_dims(dim);
  }
  return proto;
}

TEST(TensorFromOnnx, ReadsRawData) {
  onnx::TensorProto proto = MakeProto(onnx::TensorProto::INT32, {2});
  proto.set_raw_data(std::string("\x01\0\0\0\xff\xff\xff\xff", 8));
  const auto tensor = TensorFromOnnx(proto);
  ASSERT_TRUE(tensor) << tensor.error().message;
  EXPECT_THAT(tensor->values<std::int32_t>(), ElementsAre(1, -1));
}

TEST(TensorFromOnnx, ReadsTheTypedFields) {
  onnx::TensorProto proto = MakeProto(onnx::TensorProto::DOUBLE, {1});
  proto.add_double_data(0.5);
  EXPECT_THAT(TensorFromOnnx(proto)->ToFloats(), ElementsAre(0.5F));

  proto = MakeProto(onnx::TensorProto::INT64, {2});
  proto.add_int64_data(-3);
  proto.add_int64_data(std::int64_t{1} << 40);
  EXPECT_THAT(TensorFromOnnx(proto)->ToInts(),
              ElementsAre(-3, std::int64_t{1} << 40));

  proto = MakeProto(onnx::TensorProto::UINT8, {1, 1});
  proto.add_int32_data(255);
  EXPECT_THAT(TensorFromOnnx(proto)->ToInts(), ElementsAre(255));

  proto = MakeProto(onnx::TensorProto::FLOAT16, {});
  proto.add_int32_data(0x3C00);  // IEEE 754 binary16 for 1
  EXPECT_THAT(TensorFromOnnx(proto)->ToFloats(), ElementsAre(1.0F));

  proto = MakeProto(onnx::TensorProto::BOOL, {2});
  proto.add_int32_data(0);
  proto.add_int32_data(1);
  EXPECT_THAT(TensorFromOnnx(proto)->ToInts(), ElementsAre(0, 1));
}

TEST(TensorFromOnnx, MakesEveryTrueByteOne) {
  onnx::TensorProto proto = MakeProto(onnx::TensorProto::BOOL, {3});
  proto.set_raw_data(std::string("\0\x02\xff", 3));
  EXPECT_THAT(TensorFromOnnx(proto)->ToInts(), ElementsAre(0, 1, 1));
}

TEST(TensorFromOnnx, RefusesBytesThatDoNotFit) {
  onnx::TensorProto proto = MakeProto(onnx::TensorProto::FLOAT, {2, 2});
  proto.set_raw_data(std::string(12, '\0'));
  const auto tensor = TensorFromOnnx(proto);
  ASSERT_FALSE(tensor);
  EXPECT_EQ(tensor.error().code, ErrorCode::kCorruptModel);
  EXPECT_EQ(tensor.error().message,
            "tensor 'w': holds 12 bytes, which does not fit float32 [2, 2]");
  proto = MakeProto(onnx::TensorProto::FLOAT, {2});
  proto.add_float_data(1.0F);
  EXPECT_EQ(TensorFromOnnx(proto).error().message,
            "tensor 'w': holds 1 elements, which does not fit float32 [2]");
}

TEST(TensorFromOnnx, RefusesNegativeAndImmenseExtents) {
  onnx::TensorProto proto = MakeProto(onnx::TensorProto::FLOAT, {2, -1});
  EXPECT_THAT(TensorFromOnnx(proto).error().message,
              HasSubstr("are negative or more than memory can hold"));
  proto =
      MakeProto(onnx::TensorProto::FLOAT, {2147483647, 2147483647, 2147483647});
  EXPECT_EQ(TensorFromOnnx(proto).error().code, ErrorCode::kCorruptModel);
}

TEST(TensorFromOnnx, RefusesElementsOutOfRange) {
  onnx::TensorProto proto = MakeProto(onnx::TensorProto::INT8, {1});
  proto.add_int32_data(128);
  EXPECT_EQ(TensorFromOnnx(proto).error().message,
            "tensor 'w': element 128 is out of range of int8");
}

TEST(TensorFromOnnx, NamesATypeThatIsNotSupported) {
  onnx::TensorProto proto = MakeProto(onnx::TensorProto::STRING, {1});
  const auto tensor = TensorFromOnnx(proto);
  ASSERT_FALSE(tensor);
  EXPECT_EQ(tensor.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(tensor.error().message,
            "tensor 'w': element type STRING is not supported");
  proto = MakeProto(77, {1});
  EXPECT_EQ(TensorFromOnnx(proto).error().message,
            "tensor 'w': element type 77 is not supported");
}

TEST(TensorToOnnx, IsReadBack) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  onnx::TensorProto proto;
  TensorToOnnx(Tensor::Float({3, 2}, values), proto);
  const auto tensor = TensorFromOnnx(proto);
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->shape(), (Shape{3, 2}));
  EXPECT_THAT(tensor->ToFloats(), ElementsAre(1, 2, 3, 4, 5, 6));
}

}  // namespace
}  // namespace mien
