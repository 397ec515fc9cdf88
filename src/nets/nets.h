// SPDX-License-Identifier: Apache-2.0
//
// The networks of face recognition, each written once as a graph; inference and
// training run the same description. Depends on graph.
#pragma once

#include "graph/builder.h"
#include "graph/graph.h"
#include "mien/result.h"

namespace mien::nets {

/// Inception-ResNet-v1; `input_px` is the side of the square chip, >= 75.
/// Input "input" [N, 3, S, S]; output "embedding" [N, 512], unit length.
Graph InceptionResnetV1(const ParameterSource& parameters, int input_px = 160);

/// The three MTCNN stages. Inputs [N, 3, H, W] RGB, (x - 127.5) / 128; outputs
/// "box" [N, 4, ...], "score" [N, 2, ...] and, of ONet, "landmarks" [N, 10].
Graph Pnet(const ParameterSource& parameters);
Graph Rnet(const ParameterSource& parameters);
Graph Onet(const ParameterSource& parameters);

/// mien's single-shot face detector.
Graph FaceSsd(const ParameterSource& parameters);

/// ArcFace's improved ResNets; chips 112 x 112, output "embedding" [N, 512].
Graph IResnet18(const ParameterSource& parameters);
Graph IResnet50(const ParameterSource& parameters);

Graph Vgg16(const ParameterSource& parameters, int embedding_size = 512);
Graph MobileFacenet(const ParameterSource& parameters,
                    int embedding_size = 512);

/// Values as the papers draw them (He et al. 2015 for convolutions followed by
/// a rectifier, Glorot and Bengio 2010 otherwise), from `seed`: the same seed
/// gives the same network on every machine.
ParameterSource RandomParameters(std::uint64_t seed);

}  // namespace mien::nets
