// SPDX-License-Identifier: Apache-2.0
//
// Distillation: the network learns to give the embeddings of a larger one, of
// pictures that need no labels.
//
//   L = point * mean_i (1 - <p_i, t_i>)                      metric=cosine
//       point * mean_i ||p_i - t_i||^2                       metric=l2
//     + relation * mean_{i != j} (<e_i, e_j> - <t_i, t_j>)^2
//
// e: the network's embeddings, t: the teacher's, p: e where both have the same
// size. The first term is FitNets (Romero et al. 2015, arXiv:1412.6550) at the
// last layer; the second is relational distillation (Park et al. 2019,
// arXiv:1904.05068) on cosines.
//
// Where the network's embeddings are longer, bridge=lift turns the teacher's
// into vectors of that size by a fixed matrix of orthonormal columns, which
// changes none of their similarities; p is e. Every direction of e then has its
// target. bridge=projection learns P e instead; about directions of e that P
// maps to zero the first term says nothing, and it is e that will be compared,
// so that the relational term, on e or (on=projection) on p, has to.
//
// Without projection, ||e - t||^2 = 2 - 2 <e, t>: metric=l2 is twice
// metric=cosine. With one, metric=l2 also keeps P from shrinking e.
//
// Metrics: teacher_cosine (mean <p, t>, p at unit length), relation_error (root
// mean square of the similarities' differences, of e or p).
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

/// Options: metric=cosine|l2, point >= 0, relation >= 0,
/// bridge=lift|projection, on=embedding|projection. A network whose embeddings
/// are shorter than the teacher's always projects.
///
/// The loss throws TrainError when there is no teacher, or one of another size
/// than `setting.teacher_size`.
std::unique_ptr<Loss> MakeDistill(SpecOptions& options,
                                  const LossSetting& setting);

}  // namespace mien::train
