// SPDX-License-Identifier: Apache-2.0
//
// The three nets of MTCNN (Zhang et al. 2016, arXiv:1604.02878, Fig. 2), in the
// form that the published weights have: kernels in Caffe's order, pools that
// round up, PReLU with a slope for each channel. Layer names are those of
// facenet-pytorch. Convolutions are not padded; pools are written kernel /
// stride.
//
//   PNet [3, H, W]           RNet [3, 24, 24]         ONet [3, 48, 48]
//   conv1  3x3   10          conv1  3x3   28, 22x22   conv1  3x3   32, 46x46
//   pool1  2 / 2             pool1  3 / 2     11x11   pool1  3 / 2     23x23
//   conv2  3x3   16          conv2  3x3   48,  9x9    conv2  3x3   64, 21x21
//                            pool2  3 / 2      4x4    pool2  3 / 2     10x10
//   conv3  3x3   32          conv3  2x2   64,  3x3    conv3  3x3   64,  8x8
//                                                     pool3  2 / 2      4x4
//                                                     conv4  2x2  128,  3x3
//                            dense4      128          dense5       256
//   conv4_1  2, softmax      dense5_1  2, softmax     dense6_1  2, softmax
//   conv4_2  4               dense5_2  4              dense6_2  4
//                                                     dense6_3 10

#include <string>
#include <utility>

#include "nets/net_contract.h"
#include "nets/nets.h"

namespace mien::nets {
namespace {

std::string Numbered(std::string_view stem, int number) {
  return std::string(stem) + std::to_string(number);
}

/// conv<number> with bias, prelu<number>.
Value ConvPrelu(
    GraphBuilder& net, const Value& x, int number, int out, int kernel) {
  const Value y =
      net.Conv(x,
               Numbered("conv", number),
               {.out = out, .kernel = {kernel, kernel}, .bias = true});
  return net.Prelu(y, Numbered("prelu", number));
}

Value Pool(GraphBuilder& net, const Value& x, int kernel) {
  return net.MaxPool(x, {.kernel = kernel, .stride = 2, .ceil_mode = true});
}

/// dense<number> and prelu<number> on a 3 x 3 map. The weights expect the map
/// in Caffe's column-major order: [W, H, C].
Value DensePrelu(GraphBuilder& net, const Value& x, int number, int out) {
  const int features = 3 * 3 * net.Channels(x);
  const Value columns = net.Flatten(net.Transpose(x, {0, 3, 2, 1}), features);
  const Value y = net.Linear(
      columns, Numbered("dense", number), out, GraphBuilder::Bias::kYes);
  return net.Prelu(y, Numbered("prelu", number));
}

Value Dense(GraphBuilder& net, const Value& x, std::string_view name, int out) {
  return net.Linear(x, name, out, GraphBuilder::Bias::kYes);
}

Graph Finish(GraphBuilder net, int input_px) {
  Graph graph = std::move(net).Build();
  StoreContract(DetectorContract(graph.name, input_px, input_px, ""), graph);
  return graph;
}

}  // namespace

Graph Pnet(const ParameterSource& parameters) {
  GraphBuilder net("mtcnn-pnet", parameters);
  Value x = net.Input("input", {kDynamicDim, 3, kDynamicDim, kDynamicDim});
  x = Pool(net, ConvPrelu(net, x, 1, 10, 3), 2);
  x = ConvPrelu(net, x, 2, 16, 3);
  x = ConvPrelu(net, x, 3, 32, 3);
  const ConvSpec head = {.kernel = {1, 1}, .bias = true, .rectified = false};
  ConvSpec score = head;
  score.out = 2;
  ConvSpec box = head;
  box.out = 4;
  net.Output(net.Conv(x, "conv4_2", box), "box");
  net.Output(net.Softmax(net.Conv(x, "conv4_1", score), 1), "score");
  return Finish(std::move(net), 0);
}

Graph Rnet(const ParameterSource& parameters) {
  GraphBuilder net("mtcnn-rnet", parameters);
  Value x = net.Input("input", {kDynamicDim, 3, 24, 24});
  x = Pool(net, ConvPrelu(net, x, 1, 28, 3), 3);
  x = Pool(net, ConvPrelu(net, x, 2, 48, 3), 3);
  x = ConvPrelu(net, x, 3, 64, 2);
  x = DensePrelu(net, x, 4, 128);
  net.Output(Dense(net, x, "dense5_2", 4), "box");
  net.Output(net.Softmax(Dense(net, x, "dense5_1", 2), 1), "score");
  return Finish(std::move(net), 24);
}

Graph Onet(const ParameterSource& parameters) {
  GraphBuilder net("mtcnn-onet", parameters);
  Value x = net.Input("input", {kDynamicDim, 3, 48, 48});
  x = Pool(net, ConvPrelu(net, x, 1, 32, 3), 3);
  x = Pool(net, ConvPrelu(net, x, 2, 64, 3), 3);
  x = Pool(net, ConvPrelu(net, x, 3, 64, 3), 2);
  x = ConvPrelu(net, x, 4, 128, 2);
  x = DensePrelu(net, x, 5, 256);
  net.Output(Dense(net, x, "dense6_2", 4), "box");
  net.Output(net.Softmax(Dense(net, x, "dense6_1", 2), 1), "score");
  net.Output(Dense(net, x, "dense6_3", 10), "landmarks");
  return Finish(std::move(net), 48);
}

}  // namespace mien::nets
