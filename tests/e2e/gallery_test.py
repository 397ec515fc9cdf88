# SPDX-License-Identifier: Apache-2.0
"""Enrolment and identification with published networks, on pictures of LFW."""

import pathlib
import shutil
import sys
import unittest

from program import BAD_INPUT, DONE, FAILURE, ProgramTest
from real_models_test import LFW, SHARED, lfw


class Galleries(ProgramTest):
    models = SHARED / "models"

    def setUp(self):
        super().setUp()
        self.gallery = self.folder / "people.db"

    def enroll(self, *arguments, expect=DONE):
        return self.lines("enroll", "--gallery", self.gallery, *arguments,
                          expect=expect)

    def identify(self, picture, *arguments):
        return self.line("identify", "--gallery", self.gallery, picture,
                         *arguments)["faces"]

    def manage(self, action, *arguments, expect=DONE):
        return self.run_mien("gallery", action, "--gallery", self.gallery,
                             *arguments, models=False, expect=expect).stdout

    def people(self):
        """A folder with a folder for each of two people."""
        root = self.folder / "people"
        for name in ("Abel_Pacheco", "Akhmed_Zakayev"):
            (root / name).mkdir(parents=True)
            shutil.copy(lfw(name, 1), root / name)
        return root

    def test_a_known_person_is_named_and_a_stranger_is_not(self):
        enrolled = self.enroll(self.people())
        self.assertEqual([line["subject"] for line in enrolled],
                         ["Abel_Pacheco", "Akhmed_Zakayev"])
        face, = self.identify(lfw("Abel_Pacheco", 4))
        self.assertEqual(face["decision"], "match")
        self.assertEqual(face["candidates"][0]["subject"], "Abel_Pacheco")
        self.assertAlmostEqual(face["candidates"][0]["similarity"], 0.64,
                               delta=0.03)
        self.assertIsNone(face["fpir"])
        face, = self.identify(lfw("AJ_Lamas", 1))
        self.assertEqual(face["decision"], "unknown")

    def test_enrolling_again_changes_nothing(self):
        people = self.people()
        first = self.enroll(people)
        again = self.enroll(people)
        self.assertEqual([line["template"] for line in first],
                         [line["template"] for line in again])
        self.assertEqual([line["new"] for line in again], [False, False])

    def test_a_refusal_says_why(self):
        people = self.folder / "crowd"
        people.mkdir()
        shutil.copy(pathlib.Path(__file__).parents[2] / "samples/group.jpg",
                    people)
        refused, = self.enroll("--subject", "Ada", people, expect=BAD_INPUT)
        self.assertEqual(refused["refused"],
                         "4 faces, and none clearly the largest; crop the "
                         "picture to one")

    def test_a_file_that_is_no_picture_is_reported(self):
        reported, = self.enroll("--subject", "Ada",
                                SHARED / "data/lfw/pairs.txt",
                                expect=BAD_INPUT)
        self.assertEqual(reported["error"]["code"], "invalid_image")

    def test_a_deleted_person_is_unknown(self):
        self.enroll(self.people())
        self.manage("delete", "Abel_Pacheco")
        self.assertEqual(self.manage("list").split(), ["Akhmed_Zakayev", "1"])
        face, = self.identify(lfw("Abel_Pacheco", 4))
        self.assertEqual(face["decision"], "unknown")
        self.manage("delete", "Abel_Pacheco", expect=BAD_INPUT)

    def test_an_export_can_be_imported_elsewhere(self):
        self.enroll(self.people())
        exported = self.folder / "all.jsonl"
        exported.write_text(self.manage("export"))
        self.gallery = self.folder / "other.db"
        self.manage("import", exported)
        face, = self.identify(lfw("Abel_Pacheco", 4))
        self.assertEqual(face["decision"], "match")

    def test_a_negative_example_is_honoured(self):
        self.enroll("--subject", "Abel", lfw("Abel_Pacheco", 1))
        self.enroll("--subject", "Abel", "--negative", lfw("Abel_Pacheco", 4))
        face, = self.identify(lfw("Abel_Pacheco", 4))
        self.assertEqual(face["decision"], "unknown")

    def test_a_missing_gallery_is_named(self):
        answer = self.run_mien("identify", "--gallery", self.gallery,
                               lfw("AJ_Lamas", 1), expect=FAILURE)
        self.assertIn("people.db: no such gallery", answer.stderr)
        self.assertFalse(self.gallery.exists())

    def test_a_calibrated_model_states_its_rate(self):
        people = self.folder / "many"
        for name in sorted(path.name for path in LFW.iterdir())[:46]:
            (people / name).mkdir(parents=True)
            shutil.copy(next(iter(sorted((LFW / name).iterdir()))),
                        people / name)
        model = self.folder / "calibrated.onnx"
        rates = self.lines("eval", "calibrate", "--out", model, people)
        self.assertAlmostEqual(rates[0]["fmr"], 0.1, delta=0.005)
        answer = self.line("verify", "--embedder", model, "--fmr", "0.02",
                           "--possible-fmr", "0.1", lfw("Abel_Pacheco", 1),
                           lfw("Abel_Pacheco", 4))
        self.assertAlmostEqual(answer["fmr"], 0.02, delta=1e-6)


if __name__ == "__main__":
    if not (LFW.is_dir() and (SHARED / "models").is_dir()):
        print("skipped: needs ../shared")
        sys.exit(0)
    unittest.main()
