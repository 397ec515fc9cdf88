# SPDX-License-Identifier: Apache-2.0
"""The program with published networks, on pictures of LFW."""

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


if __name__ == "__main__":
    if not (LFW.is_dir() and (SHARED / "models").is_dir()):
        print("skipped: needs ../shared")
        sys.exit(0)
    unittest.main()
