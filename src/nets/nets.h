// SPDX-License-Identifier: Apache-2.0
//
// The networks of face recognition, each written once as a graph; inference and
// training run the same description. Depends on graph.
#pragma once

#include "graph/builder.h"
#include "graph/graph.h"
#include "mien/result.h"

namespace mien::nets {

// Each file beside this one opens with its network's table: layers, extents,
// names. All graphs carry a contract; embedders state the ArcFace template.
// `parameters` is asked once for each parameter, in the order of the layers.
//
// Thread safety: all functions may run concurrently.

/// Inception-ResNet-v1; `input_px` is the side of the square chip, >= 75.
/// Input "input" [N, 3, S, S]; output "embedding" [N, 512], unit length.
/// 23,482,624 parameters.
Graph InceptionResnetV1(const ParameterSource& parameters, int input_px = 160);

/// The three MTCNN stages. Inputs "input" [N, 3, H, W], RGB,
/// (x - 127.5) / 128. Outputs "box" [N, 4, ...], in sides of the window;
/// "score" [N, 2, ...], not a face and a face; of ONet, "landmarks" [N, 10],
/// five x then five y, in sides of the window.
///
/// PNet takes any H, W >= 12 and answers for every second pixel; RNet takes 24
/// x 24, ONet 48 x 48.
Graph Pnet(const ParameterSource& parameters);
Graph Rnet(const ParameterSource& parameters);
Graph Onet(const ParameterSource& parameters);

/// mien's single-shot face detector, 814,400 parameters. Input "input"
/// [N, 3, H, W], H and W multiples of 64. With P priors, in the order of
/// GeneratePriors(FaceSsdPriors(), W, H) in prior_boxes.h, which also says how
/// offsets are encoded:
///   "conf"      [N, P, 2]   probabilities of "not a face" and "a face"; the
///                           value "conf_logits" is the same before softmax
///   "loc"       [N, P, 4]   BoxOffsets
///   "landmarks" [N, P, 10]  LandmarkOffsets
Graph FaceSsd(const ParameterSource& parameters);

/// ArcFace's improved ResNets; chips 112 x 112, output "embedding" [N, 512],
/// unit length. 24,025,600 and 43,590,848 parameters.
Graph IResnet18(const ParameterSource& parameters);
Graph IResnet50(const ParameterSource& parameters);

/// VGG-16 with batch norm and one linear layer in place of its three; chips
/// 112 x 112, output "embedding" [N, embedding_size], unit length.
Graph Vgg16(const ParameterSource& parameters, int embedding_size = 512);

/// MobileFaceNet, 1,200,512 parameters; chips 112 x 112, output "embedding" [N,
/// embedding_size], unit length.
Graph MobileFacenet(const ParameterSource& parameters,
                    int embedding_size = 512);

/// Values as the papers draw them (He et al. 2015 for convolutions followed by
/// a rectifier, Glorot and Bengio 2010 otherwise), from `seed`: the same seed
/// gives the same network on every machine.
ParameterSource RandomParameters(std::uint64_t seed);

}  // namespace mien::nets
