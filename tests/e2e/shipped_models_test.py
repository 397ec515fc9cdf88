# SPDX-License-Identifier: Apache-2.0
"""The networks of models/, which a clone finds without being told."""

import json
import pathlib
import shutil
import unittest

from program import DONE, FAILURE, NO_MATCH, USAGE, ProgramTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
PEOPLE = ("ada", "kofi", "mei", "ravi")


class ShippedModels(ProgramTest):
    def test_two_pictures_of_one_person_match(self):
        for name in PEOPLE:
            with self.subTest(name):
                answer = self.line("verify", SAMPLES / f"{name}_1.jpg",
                                   SAMPLES / f"{name}_2.jpg", expect=DONE)
                self.assertEqual(answer["decision"], "match")

    def test_two_people_do_not(self):
        answer = self.line("verify", SAMPLES / "ada_1.jpg",
                           SAMPLES / "kofi_2.jpg", expect=NO_MATCH)
        self.assertEqual(answer["decision"], "unknown")

    def test_a_group_is_named_and_the_one_not_enrolled_is_unknown(self):
        gallery = self.folder / "people.db"
        for name in ("ada", "kofi", "mei"):
            self.run_mien("enroll", "--gallery", gallery, "--subject", name,
                          SAMPLES / f"{name}_1.jpg")
        answer = self.run_mien("identify", "--json", "--gallery", gallery,
                               SAMPLES / "group.jpg")
        faces = json.loads(answer.stdout.splitlines()[0])["faces"]
        names = sorted(face["candidates"][0]["subject"]
                       if face["decision"] == "match" else face["decision"]
                       for face in faces)
        self.assertEqual(names, ["ada", "kofi", "mei", "unknown"])

    def test_a_gallery_of_another_embedder_is_no_place_for_unknown(self):
        gallery = self.folder / "people.db"
        small = ROOT / "models" / "mobilefacenet.onnx"
        picture = SAMPLES / "ada_1.jpg"
        self.run_mien("enroll", "--gallery", gallery, "--subject", "ada",
                      "--embedder", small, picture)
        answer = self.run_mien("identify", "--gallery", gallery, picture,
                               expect=USAGE)
        self.assertIn("and none of inception-resnet-v1", answer.stderr)
        self.assertEqual(answer.stdout, "")
        self.run_mien("enroll", "--gallery", gallery, "--subject", "ada",
                      picture)
        answer = self.run_mien("identify", "--gallery", gallery, picture)
        self.assertIn("ada", answer.stdout)

    def test_mtcnns_nets_are_not_quantised_whatever_their_files_are_called(self):
        for net in ("pnet", "rnet", "onet"):
            with self.subTest(net):
                file = self.folder / f"{net[0]}.onnx"
                shutil.copy(ROOT / "models" / f"mtcnn-{net}.onnx", file)
                answer = self.run_mien(
                    "model", "quantize", file, "--chips", SAMPLES, "--out",
                    self.folder / "small.onnx", expect=USAGE)
                self.assertIn(f"this is the {net[0].upper()}-Net of MTCNN, "
                              "which runs on kernels", answer.stderr)
                self.assertFalse((self.folder / "small.onnx").exists())

    def test_a_quantised_model_is_called_so(self):
        small = self.folder / "small.onnx"
        self.run_mien("model", "quantize", ROOT / "models" / "face-ssd.onnx",
                      "--chips", SAMPLES, "--count", "4", "--keep", "none",
                      "--out", small)
        report = self.line("model", "inspect", "--size", "128x128", small)
        self.assertEqual(report["contract"]["name"], "mien-ssd-int8")

    def test_one_net_of_mtcnn_is_no_detector(self):
        answer = self.run_mien("detect", "--detector",
                               ROOT / "models" / "mtcnn-onet.onnx",
                               SAMPLES / "ada_1.jpg", expect=FAILURE)
        self.assertIn("name the folder that holds all three", answer.stderr)

    def test_every_file_says_whence_it_comes_and_what_it_may_be_used_for(self):
        for file in sorted((ROOT / "models").glob("*.onnx")):
            with self.subTest(file.name):
                report = self.line("model", "inspect", "--size", "128x128",
                                   file)
                self.assertIn("research", report["contract"]["license"])


if __name__ == "__main__":
    unittest.main()
