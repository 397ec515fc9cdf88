// SPDX-License-Identifier: Apache-2.0
//
// All losses by name, and sums of them: "distill+arcface=0.1:scale=64".

#include <array>
#include <cctype>

#include "train/losses/arcface.h"
#include "train/losses/centre.h"
#include "train/losses/combined_margin.h"
#include "train/losses/contrastive.h"
#include "train/losses/cosface.h"
#include "train/losses/distill.h"
#include "train/losses/loss.h"
#include "train/losses/prelogits_norm.h"
#include "train/losses/softmax.h"
#include "train/losses/triplet.h"
#include "train/losses/weighted_sum.h"
#include "train/spec/spec_options.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<Loss> (*make)(SpecOptions&, const LossSetting&);
  std::string_view source;
};

constexpr std::array kLosses{
    Entry{"arcface", MakeArcFace, "Deng et al. 2019"},
    Entry{"centre", MakeCentre, "Wen et al. 2016"},
    Entry{"combined-margin", MakeCombinedMargin, "Deng et al. 2019, eq. 4"},
    Entry{"contrastive", MakeContrastive, "Hadsell et al. 2006"},
    Entry{"cosface", MakeCosFace, "Wang et al. 2018"},
    Entry{"distill", MakeDistill, "Romero et al. 2015, Park et al. 2019"},
    Entry{"prelogits-norm", MakePrelogitsNorm, "davidsandberg/facenet"},
    Entry{"softmax", MakeSoftmax, "Taigman et al. 2014"},
    Entry{"triplet", MakeTriplet, "Schroff et al. 2015, Hermans et al. 2017"},
};

const Entry& FindEntry(std::string_view name) {
  std::string known;
  for (const Entry& entry : kLosses) {
    if (entry.name == name) return entry;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw TrainError("there is no loss \"" + std::string(name) +
                   "\"; there are " + known);
}

// Where the next "+" that joins two losses is; that of 1e+2 does not.
std::size_t EndOfPart(std::string_view spec) {
  for (std::size_t i = 0; i < spec.size(); ++i) {
    const bool is_exponent =
        i > 1 && (spec[i - 1] == 'e' || spec[i - 1] == 'E') &&
        std::isdigit(static_cast<unsigned char>(spec[i - 2]));
    if (spec[i] == '+' && !is_exponent) return i;
  }
  return std::string_view::npos;
}

// "name[=weight][:options]"
WeightedLoss MakePart(std::string_view part, const LossSetting& setting) {
  const auto colon = part.find(':');
  const std::string_view head = part.substr(0, colon);
  const auto equals = head.find('=');
  const std::string_view name = Trim(head.substr(0, equals));
  const Entry& entry = FindEntry(name);
  WeightedLoss made{.name = std::string(name), .weight = 1, .loss = nullptr};
  if (equals != std::string_view::npos) {
    const std::string_view weight = Trim(head.substr(equals + 1));
    made.weight = ParseNumber(weight, "weight of " + made.name);
    if (made.weight <= 0) {
      throw TrainError("weight of " + made.name + " is " + std::string(weight) +
                       "; must be > 0");
    }
  }
  SpecOptions options(name,
                      colon == std::string_view::npos ? std::string_view()
                                                      : part.substr(colon + 1));
  made.loss = entry.make(options, setting);
  options.ExpectAllRead();
  return made;
}

}  // namespace

std::unique_ptr<Loss> MakeLoss(std::string_view spec,
                               const LossSetting& setting) {
  std::vector<WeightedLoss> parts;
  std::string_view rest = spec;
  while (true) {
    const std::size_t end = EndOfPart(rest);
    WeightedLoss part = MakePart(Trim(rest.substr(0, end)), setting);
    for (const WeightedLoss& other : parts) {
      if (other.name != part.name) continue;
      throw TrainError("loss \"" + std::string(spec) + "\" has " + part.name +
                       " twice; once is enough");
    }
    parts.push_back(std::move(part));
    if (end == std::string_view::npos) break;
    rest = rest.substr(end + 1);
  }
  if (parts.size() == 1 && parts[0].weight == 1)
    return std::move(parts[0].loss);
  return MakeWeightedSum(std::move(parts));
}

std::string LossHelp() {
  // Any setting that every loss accepts: what counts is what they read.
  const LossSetting setting{
      .embedding_size = 1, .num_identities = 1, .teacher_size = 1};
  std::string help;
  for (const Entry& entry : kLosses) {
    SpecOptions options(entry.name, "");
    entry.make(options, setting);
    const std::string known = options.Help();
    help += std::string(entry.name) + (known.empty() ? "" : ":") + known +
            "   (" + std::string(entry.source) + ")\n";
  }
  return help;
}

}  // namespace mien::train
