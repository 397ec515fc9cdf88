# SPDX-License-Identifier: Apache-2.0
"""The program with published networks, on pictures of LFW."""

import json
import pathlib
import sys
import unittest

from program import DONE, NO_MATCH, ProgramTest

SHARED = pathlib.Path(__file__).resolve().parents[2].parent / "shared"
LFW = SHARED / "data/lfw/images"


def lfw(name, number):
    return LFW / name / f"{name}_{number:04}.jpg"


class RealModels(ProgramTest):
    models = SHARED / "models"

    def test_finds_models_by_the_layout_of_the_folder(self):
        answer = self.run_mien("embed", "--log-level", "info",
                               lfw("Abel_Pacheco", 1))
        self.assertIn("detector=mtcnn", answer.stderr)
        self.assertIn("mobilefacenet.onnx", answer.stderr)

    def test_two_pictures_of_one_person_match(self):
        answer = self.line("verify", lfw("Abel_Pacheco", 1),
                           lfw("Abel_Pacheco", 4), expect=DONE)
        self.assertEqual(answer["decision"], "match")
        self.assertAlmostEqual(answer["similarity"], 0.64, delta=0.03)

    def test_two_people_do_not(self):
        answer = self.line("verify", lfw("Abel_Pacheco", 1),
                           lfw("AJ_Lamas", 1), expect=NO_MATCH)
        self.assertEqual(answer["decision"], "unknown")

    def test_a_quantised_model_knows_the_same_people(self):
        whole = self.models / "mobilefacenet/mobilefacenet.onnx"
        small = self.folder / "int8.onnx"
        self.run_mien("align", "--out", self.folder / "chips",
                      *(lfw(name, number) for name, number in (
                          ("Abel_Pacheco", 4), ("AJ_Lamas", 1),
                          ("Akhmed_Zakayev", 1), ("Akhmed_Zakayev", 3),
                          ("Aaron_Guiel", 1), ("Aaron_Eckhart", 1))))
        answer = self.run_mien("model", "quantize", whole, "--out", small,
                               "--profile", "arcface112", "--keep", "none",
                               "--chips", self.folder / "chips", models=False)
        self.assertIn("34 layers in 8 bits, 0 in float", answer.stdout)
        self.run_mien("model", "verify", small, models=False)
        self.assertLess(small.stat().st_size, 0.35 * whole.stat().st_size)
        answer = self.line("verify", "--embedder", small,
                           lfw("Abel_Pacheco", 1), lfw("Abel_Pacheco", 4),
                           expect=DONE)
        self.assertEqual(answer["decision"], "match")
        self.assertAlmostEqual(answer["similarity"], 0.64, delta=0.04)

    def test_a_quantised_detector_finds_the_same_face(self):
        """Of a family told by its contract, or by its outputs alone."""
        own = pathlib.Path(__file__).resolve().parents[2] / "models/face-ssd.onnx"
        for name, number in (("Abel_Pacheco", 4), ("AJ_Lamas", 1),
                             ("Akhmed_Zakayev", 1), ("Akhmed_Zakayev", 3),
                             ("Aaron_Guiel", 1), ("Aaron_Eckhart", 1)):
            picture = lfw(name, number)
            (self.folder / picture.name).symlink_to(picture)
        for whole, layers in (
                (own, 38), (self.models / "yunet/yunet_n_dynamic.onnx", 30),
                (self.models / "ultraface/version-RFB-320.onnx", 34)):
            with self.subTest(whole.name):
                self.check_quantised_detector(whole, layers)

    def check_quantised_detector(self, whole, layers):
        small = self.folder / "small.onnx"
        answer = self.run_mien("model", "quantize", whole, "--out", small,
                               "--keep", "none", "--chips", self.folder,
                               models=False)
        self.assertIn(f"{layers} layers in 8 bits, 0 in float", answer.stdout)
        boxes = []
        for detector in (whole, small):
            found = self.line("detect", "--detector", detector,
                              lfw("Abel_Pacheco", 1))
            self.assertEqual(len(found["faces"]), 1)
            boxes.append(found["faces"][0]["box"])
        for expected, rounded in zip(*boxes):
            self.assertAlmostEqual(expected, rounded, delta=6)

    def test_every_detector_finds_the_portrait(self):
        for detector in ("mtcnn", self.models / "yunet/yunet_n_dynamic.onnx",
                         self.models / "ultraface/version-RFB-320.onnx"):
            with self.subTest(detector):
                found = self.line("detect", "--detector", detector,
                                  lfw("Abel_Pacheco", 1))
                self.assertEqual(len(found["faces"]), 1)
                x0, y0, x1, y1 = found["faces"][0]["box"]
                self.assertAlmostEqual((x0 + x1) / 2, 135, delta=10)
                self.assertAlmostEqual((y0 + y1) / 2, 125, delta=12)

    def test_lfw_of_a_few_pairs(self):
        pairs = self.folder / "pairs.txt"
        pairs.write_text("2\t1\n"
                         "Abel_Pacheco\t1\t4\n"
                         "Abel_Pacheco\t1\tAJ_Lamas\t1\n"
                         "Akhmed_Zakayev\t1\t3\n"
                         "Akhmed_Zakayev\t1\tAaron_Guiel\t1\n")
        report = self.line("eval", "lfw", "--root", LFW, "--pairs", pairs)
        self.assertEqual(list(report)[:9],
                         ["protocol", "pairs", "failed", "accuracy",
                          "accuracy_std", "auc", "eer", "tar_at_far_1e-2",
                          "tar_at_far_1e-3"])
        self.assertEqual((report["pairs"], report["failed"]), (4, 0))
        self.assertEqual(report["auc"], 1.0)

    def four_pairs(self):
        """A list of pairs, and the picture folder it belongs to."""
        pairs = self.folder / "pairs.csv"
        pairs.write_text(
            "a,b,same,fold\n"
            "Abel_Pacheco/Abel_Pacheco_0001.jpg,"
            "Abel_Pacheco/Abel_Pacheco_0004.jpg,1,1\n"
            "Abel_Pacheco/Abel_Pacheco_0001.jpg,"
            "AJ_Lamas/AJ_Lamas_0001.jpg,0,1\n"
            "Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg,"
            "Akhmed_Zakayev/Akhmed_Zakayev_0003.jpg,1,2\n"
            "Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg,none.jpg,0,2\n")
        return ["--root", LFW, "--pairs", pairs]

    def test_pairs_that_fail_are_listed_and_count_as_errors(self):
        report = self.folder / "report"
        answer = self.run_mien("eval", "pairs", *self.four_pairs(),
                               "--report", report)
        self.assertIn("none.jpg", answer.stderr)
        self.assertIn("pairs     4, 1 failed, 2 folds", answer.stdout)
        outcome = json.loads((report / "report.json").read_text())
        folds = outcome["methods"][0]["per_fold"]
        self.assertLessEqual(folds[1]["accuracy"], 0.5)
        page = (report / "report.html").read_text()
        self.assertIn("none.jpg", page)
        for name in ("roc.svg", "det.svg", "histogram.svg", "roc.csv",
                     "report.json"):
            self.assertTrue((report / name).stat().st_size > 0, name)

    def test_methods_share_a_table(self):
        lines = self.lines("eval", "pairs", *self.four_pairs(),
                           "--method", "lbp", "--method", "network")
        self.assertEqual([line["method"] for line in lines],
                         ["lbp", "network"])
        self.assertEqual(lines[0]["detector"], "mtcnn")

    def test_davidsandbergs_protocol_says_what_it_did(self):
        line = self.line("eval", "pairs", *self.four_pairs(), "--flip",
                         "--protocol", "davidsandberg", "--subtract-mean",
                         "--distance-metric", "1")
        for part in ("davidsandberg", "metric 1", "mean subtracted",
                     "mirrored appended"):
            self.assertIn(part, line["protocol"])

    def test_detection_on_a_few_pictures_of_wider(self):
        wider = SHARED / "data/wider_val"
        truth = json.loads((wider / "ground_truth.json").read_text())
        truth["images"] = [image for image in truth["images"]
                           if image["image"].startswith("13--")][:4]
        few = self.folder / "few.json"
        few.write_text(json.dumps(truth))
        line = self.line("eval", "detect", "--root", wider / "images",
                         "--truth", few, "--detector",
                         self.models / "yunet/yunet_n_dynamic.onnx",
                         "--no-faces", lfw("Abel_Pacheco", 1))
        self.assertEqual(line["pictures"], 4)
        self.assertGreater(line["ap_easy"], 0.9)
        self.assertEqual(line["false_positives"][0]["false_positives"], 1)

    def test_speed_times_every_stage(self):
        lines = self.lines("eval", "speed", "--rounds", "1",
                           lfw("Abel_Pacheco", 1))
        self.assertEqual([line["stage"] for line in lines],
                         ["decode", "detect", "align", "embed", "all"])
        self.assertEqual(lines[0]["chips"], 1)


if __name__ == "__main__":
    if not (LFW.is_dir() and (SHARED / "models").is_dir()):
        print("skipped: needs ../shared")
        sys.exit(0)
    unittest.main()
