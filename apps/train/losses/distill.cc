// SPDX-License-Identifier: Apache-2.0
#include "train/losses/distill.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "train/losses/batch.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

struct DistillOptions {
  bool is_l2 = false;
  double point = 1;
  double relation = 0;
  bool learns_projection = false;
  bool relates_projection = false;
};

// [rows, columns] with orthonormal columns, rows > columns: equally likely in
// all directions (Mezzadri 2007, arXiv:math-ph/0609050, without the signs).
Tensor OrthonormalColumns(std::int64_t rows,
                          std::int64_t columns,
                          std::uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  const Tensor normal =
      torch::randn({rows, columns}, generator, torch::kFloat64);
  return std::get<0>(at::linalg_qr(normal)).to(torch::kFloat32).contiguous();
}

// Mean over i != j of the squared difference of [B, B] similarities; 0 of one
// row.
Tensor RelationLoss(const Tensor& student, const Tensor& teacher) {
  const auto num_pairs = student.size(0) * (student.size(0) - 1);
  const Tensor difference =
      student.matmul(student.t()) - teacher.matmul(teacher.t());
  const Tensor squares = difference.square();
  return (squares.sum() - squares.diagonal().sum()) /
         static_cast<double>(std::max<std::int64_t>(num_pairs, 1));
}

class Distill : public Loss {
 public:
  Distill(DistillOptions options, const LossSetting& setting)
      : options_(options), setting_(setting) {
    const bool uses_bridge = options.point > 0 || (options.relation > 0 &&
                                                   options.relates_projection);
    if (!uses_bridge || setting.teacher_size == setting.embedding_size) {
      return;
    }
    if (setting.teacher_size < setting.embedding_size &&
        !options.learns_projection) {
      lift_ = OrthonormalColumns(
          setting.embedding_size, setting.teacher_size, setting.seed);
    } else {
      projection_ =
          XavierWeight(setting.teacher_size, setting.embedding_size, setting);
    }
  }

  LossValue operator()(const LossInput& input) override {
    const Tensor teacher = Lifted(TeacherOf(input));
    if (teacher.size(0) == 0) return {ZeroLoss(input), {}};
    const Tensor& student = input.embeddings;
    const Tensor projected = Projected(student);
    LossValue value{ZeroLoss(input), {}};
    if (projected.size(1) == teacher.size(1)) {
      const Tensor cosines = (Normalized(projected) * teacher).sum(1);
      value.loss =
          value.loss + options_.point * PointLoss(projected, cosines, teacher);
      value.metrics["teacher_cosine"] = cosines.mean().item<double>();
    }
    const Tensor relation = RelationLoss(
        options_.relates_projection ? Normalized(projected) : student, teacher);
    value.loss = value.loss + options_.relation * relation;
    value.metrics["relation_error"] = std::sqrt(relation.item<double>());
    return value;
  }

  std::vector<std::pair<std::string, Tensor>> parameters() override {
    if (!projection_.defined()) return {};
    return {{"distill.projection", projection_}};
  }

  std::vector<std::pair<std::string, Tensor>> buffers() override {
    if (!lift_.defined()) return {};
    return {{"distill.lift", lift_}};
  }

 private:
  [[nodiscard]] Tensor TeacherOf(const LossInput& input) const {
    if (!input.teacher.defined()) {
      throw TrainError(
          "distill needs the embeddings of a teacher; there is "
          "none");
    }
    const std::int64_t rows = input.embeddings.size(0);
    if (input.teacher.dim() != 2 || input.teacher.size(0) != rows ||
        input.teacher.size(1) != setting_.teacher_size) {
      std::ostringstream shape;
      shape << input.teacher.sizes();
      throw TrainError("distill: the teacher's embeddings are " + shape.str() +
                       "; must be [" + std::to_string(rows) + ", " +
                       std::to_string(setting_.teacher_size) + "]");
    }
    return input.teacher.detach().to(input.embeddings.options());
  }

  [[nodiscard]] Tensor Lifted(const Tensor& teacher) const {
    return lift_.defined() ? teacher.matmul(lift_.to(teacher.options()).t())
                           : teacher;
  }

  [[nodiscard]] Tensor Projected(const Tensor& student) const {
    if (!projection_.defined()) return student;
    return student.matmul(projection_.to(student.scalar_type()).t());
  }

  [[nodiscard]] Tensor PointLoss(const Tensor& projected,
                                 const Tensor& cosines,
                                 const Tensor& teacher) const {
    if (!options_.is_l2) return (1 - cosines).mean();
    return (projected - teacher).square().sum(1).mean();
  }

  DistillOptions options_;
  LossSetting setting_;
  Tensor projection_;  // [teacher_size, embedding_size], or undefined
  Tensor lift_;        // [embedding_size, teacher_size], or undefined
};

}  // namespace

std::unique_ptr<Loss> MakeDistill(SpecOptions& options,
                                  const LossSetting& setting) {
  DistillOptions parsed;
  parsed.is_l2 = options.Choice("metric", {"cosine", "l2"}) == "l2";
  parsed.point = options.Number("point", 1, {.min = 0});
  parsed.relation = options.Number("relation", 5, {.min = 0});
  parsed.relates_projection =
      options.Choice("on", {"embedding", "projection"}) == "projection";
  parsed.learns_projection =
      options.Choice("bridge", {"lift", "projection"}) == "projection" ||
      parsed.relates_projection;
  if (setting.teacher_size <= 0) {
    throw TrainError("distill needs a teacher; there is none");
  }
  if (parsed.point == 0 && parsed.relation == 0) {
    throw TrainError("distill: point and relation are both 0; one must be > 0");
  }
  return std::make_unique<Distill>(parsed, setting);
}

}  // namespace mien::train
