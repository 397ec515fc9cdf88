// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include "detection_evaluation.h"
#include "eval/axis_ticks.h"
#include "eval/plot_svg.h"
#include "eval/report_page.h"
#include "json.h"
#include "report_folder.h"

namespace mien::cli {
namespace {

/// False positives at which FDDB's curves are usually read.
constexpr std::array<std::size_t, 4> kFddbCounts = {10, 100, 500, 1000};

Json OutcomeJson(const DetectionOutcome& outcome) {
  Json json = {{"protocol", "WIDER FACE, IoU 0.5, 1000 thresholds"},
               {"set", outcome.truth},
               {"detector", outcome.detector},
               {"pictures", outcome.num_pictures},
               {"failed", outcome.failed.size()}};
  Json faces = Json::object();
  Json fddb = Json::object();
  for (const SettingOutcome& setting : outcome.settings) {
    json["ap_" + setting.name] = static_cast<float>(setting.average_precision);
    faces[setting.name] = setting.num_faces;
    Json points = Json::array();
    for (const std::size_t count : kFddbCounts) {
      const FddbPoint at = FddbAt(setting.fddb, count);
      points.push_back({{"false_positives", count},
                        {"discrete", static_cast<float>(at.discrete)},
                        {"continuous", static_cast<float>(at.continuous)}});
    }
    fddb[setting.name] = std::move(points);
  }
  json["faces"] = std::move(faces);
  json["fddb"] = std::move(fddb);
  if (!outcome.false_positives.empty()) {
    Json counts = Json::array();
    for (const FalsePositives& at : outcome.false_positives) {
      counts.push_back({{"score", at.score}, {"false_positives", at.count}});
    }
    json["pictures_without_faces"] = outcome.num_empty_pictures;
    json["false_positives"] = std::move(counts);
  }
  return json;
}

void PrintText(const DetectionOutcome& outcome) {
  std::printf("%s, %zu pictures, %zu failed\ndetector  %s\n",
              outcome.truth.c_str(),
              outcome.num_pictures,
              outcome.failed.size(),
              outcome.detector.c_str());
  std::printf(
      "\nsetting    faces      AP   found with 10, 100, 1000 false "
      "positives\n");
  for (const SettingOutcome& setting : outcome.settings) {
    std::printf("%-8s  %6zu  %.4f   %.4f  %.4f  %.4f\n",
                setting.name.c_str(),
                setting.num_faces,
                setting.average_precision,
                FddbAt(setting.fddb, 10).discrete,
                FddbAt(setting.fddb, 100).discrete,
                FddbAt(setting.fddb, 1000).discrete);
  }
  if (!outcome.false_positives.empty()) {
    std::printf("\n%zu pictures without faces\nscore  detections there\n",
                outcome.num_empty_pictures);
    for (const FalsePositives& at : outcome.false_positives) {
      std::printf("%5.2f  %zu\n", static_cast<double>(at.score), at.count);
    }
  }
}

std::string Legend(const DetectionOutcome& outcome,
                   const SettingOutcome& setting) {
  return outcome.detector + ", " + setting.name +
         ", n = " + std::to_string(setting.num_faces) + " faces, AP " +
         RateText(setting.average_precision);
}

Plot PrecisionRecallPlot(const DetectionOutcome& outcome) {
  Plot plot{.title = "Precision and recall",
            .x = {.label = "recall", .low = 0.0, .high = 1.0},
            .y = {.label = "precision", .low = 0.0, .high = 1.0}};
  for (const SettingOutcome& setting : outcome.settings) {
    PlotSeries series{Legend(outcome, setting), {}};
    for (const PrecisionRecall& point : setting.wider) {
      if (point.recall > 0.0) {
        series.points.push_back({point.recall, point.precision});
      }
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}

Plot FddbPlot(const DetectionOutcome& outcome) {
  Plot plot{.title = "Faces found over false positives",
            .x = {.label = "false positives in all pictures",
                  .scale = AxisScale::kLog,
                  .low = 1.0},
            .y = {.label = "share of the faces", .low = 0.0, .high = 1.0}};
  for (const SettingOutcome& setting : outcome.settings) {
    PlotSeries discrete{setting.name + ", discrete", {}};
    PlotSeries continuous{setting.name + ", continuous", {}};
    for (const FddbPoint& point : setting.fddb) {
      const auto x = static_cast<double>(point.false_positives);
      discrete.points.push_back({x, point.discrete});
      continuous.points.push_back({x, point.continuous});
    }
    plot.series.push_back(std::move(discrete));
    plot.series.push_back(std::move(continuous));
  }
  return plot;
}

std::string CurveCsv(const DetectionOutcome& outcome) {
  std::string csv = "setting,threshold,precision,recall\n";
  for (const SettingOutcome& setting : outcome.settings) {
    for (const PrecisionRecall& point : setting.wider) {
      csv += setting.name + "," + NumberText(point.threshold) + "," +
             NumberText(point.precision) + "," + NumberText(point.recall) +
             "\n";
    }
  }
  return csv;
}

ReportTable ApTable(const DetectionOutcome& outcome) {
  ReportTable table{
      "Average precision",
      "As WIDER FACE's own evaluation computes it: IoU 0.5, 1000 "
      "thresholds, boxes of other settings ignored. The right "
      "half is FDDB's discrete curve.",
      {"setting", "faces", "AP", "found at 10 false", "at 100", "at 1000"},
      {}};
  for (const SettingOutcome& setting : outcome.settings) {
    table.rows.push_back({setting.name,
                          std::to_string(setting.num_faces),
                          RateText(setting.average_precision),
                          RateText(FddbAt(setting.fddb, 10).discrete),
                          RateText(FddbAt(setting.fddb, 100).discrete),
                          RateText(FddbAt(setting.fddb, 1000).discrete)});
  }
  return table;
}

ReportTable FalsePositiveTable(const DetectionOutcome& outcome) {
  ReportTable table{"Pictures without faces",
                    std::to_string(outcome.num_empty_pictures) +
                        " pictures; every detection there is false.",
                    {"score at least", "detections"},
                    {}};
  for (const FalsePositives& at : outcome.false_positives) {
    table.rows.push_back({NumberText(static_cast<double>(at.score), 2),
                          std::to_string(at.count)});
  }
  return table;
}

ReportContent ContentOf(const DetectionOutcome& outcome) {
  ReportContent content;
  content.title = "Face detection";
  content.summary = outcome.truth + ", " +
                    std::to_string(outcome.num_pictures) + " pictures.";
  content.facts = {{"detector", outcome.detector}};
  content.tables = {ApTable(outcome)};
  if (!outcome.false_positives.empty()) {
    content.tables.push_back(FalsePositiveTable(outcome));
  }
  ReportTable failed{"Pictures that could not be read",
                     "Nothing counts as found in them.",
                     {"picture"},
                     {}};
  for (const std::string& reason : outcome.failed) {
    failed.rows.push_back({reason});
  }
  if (failed.rows.empty()) {
    failed.note = "None: all pictures were searched.";
  }
  content.appendix = {std::move(failed)};
  return content;
}

}  // namespace

void PrintDetectionOutcome(const DetectionOutcome& outcome, bool json) {
  if (json) {
    PrintLine(OutcomeJson(outcome));
  } else {
    PrintText(outcome);
  }
}

Result<void> WriteDetectionReport(const DetectionOutcome& outcome,
                                  const std::filesystem::path& folder) {
  MIEN_ASSIGN_OR_RETURN(const ReportFolder files, ReportFolder::Create(folder));
  Json json = OutcomeJson(outcome);
  json["failed_pictures"] = outcome.failed;
  MIEN_RETURN_IF_ERROR(files.WriteJson("report.json", json));
  MIEN_RETURN_IF_ERROR(
      files.WriteText("precision_recall.csv", CurveCsv(outcome)));
  MIEN_ASSIGN_OR_RETURN(
      std::string curve,
      files.WritePlot("precision_recall.svg", PrecisionRecallPlot(outcome)));
  MIEN_ASSIGN_OR_RETURN(std::string fddb,
                        files.WritePlot("fddb.svg", FddbPlot(outcome)));
  ReportContent content = ContentOf(outcome);
  content.figures = {
      {std::move(curve),
       "How many of the detections are faces, over how many of the faces are "
       "found, as the threshold falls. Up and to the right is better."},
      {std::move(fddb),
       "How many faces are found before so many false detections are made; "
       "continuous counts each by how well its box fits."}};
  return files.WriteText("report.html", RenderReportPage(content));
}

}  // namespace mien::cli
