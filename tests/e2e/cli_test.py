# SPDX-License-Identifier: Apache-2.0
"""detect, align, embed and verify on networks of known answers."""

import json
import math
import shutil
import unittest

from program import (BAD_INPUT, BLACK, BLUE, BROWN, DONE, FAILURE, GREEN,
                     NO_MATCH, RED, REDDISH, USAGE, TinyModelsTest)

JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG"


class Detect(TinyModelsTest):
    def test_reports_box_score_and_landmarks(self):
        picture = self.picture("a.png", RED, 128, 128)
        found = self.line("detect", picture)
        self.assertEqual(list(found), ["image", "width", "height", "faces"])
        self.assertEqual((found["image"], found["width"], found["height"]),
                         (picture, 128, 128))
        self.assertEqual(len(found["faces"]), 1)
        face = found["faces"][0]
        self.assertEqual(list(face), ["box", "score", "landmarks"])
        self.near(face["box"], [32, 32, 96, 96], 0.5)
        self.assertGreater(face["score"], 0.7)
        self.assertEqual([len(point) for point in face["landmarks"]], [2] * 5)

    def test_a_picture_without_faces_is_no_error(self):
        self.assertEqual(
            self.line("detect", self.picture("a.png", BLACK))["faces"], [])

    def test_takes_folders_and_patterns_in_order(self):
        for name in ("b/2.png", "b/1.png", "a.png", "c.txt"):
            self.picture(name, RED)
        found = self.lines("detect", self.folder / "b",
                           self.folder / "*.png", "--threads", "3")
        self.assertEqual(
            [line["image"] for line in found],
            [str(self.folder / n) for n in ("b/1.png", "b/2.png", "a.png")])

    def test_goes_on_after_a_bad_picture(self):
        self.picture("1.png", RED)
        (self.folder / "2.png").write_bytes(b"no picture")
        self.picture("3.png", RED)
        found = self.lines("detect", self.folder, expect=BAD_INPUT)
        self.assertEqual(len(found), 3)
        self.assertEqual(list(found[1]), ["image", "error"])
        self.assertEqual(found[1]["error"]["code"], "invalid_image")
        self.assertIn("2.png", found[1]["error"]["message"])
        self.assertEqual(len(found[2]["faces"]), 1)

    def test_a_missing_picture_is_bad_input(self):
        answer = self.run_mien("detect", self.folder / "none.jpg",
                               expect=BAD_INPUT)
        self.assertIn("none.jpg", answer.stderr)
        self.assertEqual(answer.stdout, "")

    def test_prints_text_for_people(self):
        answer = self.run_mien("detect", self.picture("a.png", RED))
        self.assertIn("64 x 64  1 face\n", answer.stdout)
        self.assertIn("at    16.0    16.0  size   32.0 x   32.0 px", answer.stdout)

    def test_draws_one_picture_into_a_file(self):
        drawn = self.folder / "out.jpg"
        self.run_mien("detect", "--draw", drawn, self.picture("a.png", RED))
        self.assertTrue(drawn.read_bytes().startswith(JPEG_START))

    def test_draws_several_pictures_into_a_folder(self):
        pictures = [self.picture(n, RED) for n in ("a.png", "b.png")]
        self.run_mien("detect", "--draw", self.folder / "out", *pictures)
        self.assertEqual(len(list((self.folder / "out").glob("*.jpg"))), 2)

    def test_one_file_cannot_hold_several_pictures(self):
        pictures = [self.picture(n, RED) for n in ("a.png", "b.png")]
        answer = self.run_mien("detect", "--draw", self.folder / "out.jpg",
                               *pictures, expect=USAGE)
        self.assertIn("name a folder", answer.stderr)


class Embed(TinyModelsTest):
    def test_embeddings_have_length_one_and_a_model(self):
        found = self.line("embed", "--precision", "fp32",
                          self.picture("a.png", (120, 160, 0)))
        self.assertEqual(list(found), ["image", "width", "height", "faces"])
        face = found["faces"][0]
        self.assertEqual(list(face), ["box", "score", "landmarks",
                                      "embedding", "model"])
        self.near(face["embedding"], [0.6, 0.8, 0], 1e-5)
        self.assertRegex(face["model"], "^sha256:[0-9a-f]{16}$")

    def test_many_pictures_keep_their_embeddings(self):
        colors = [(200, 10 * i, 100) for i in range(23)]
        for i, color in enumerate(colors):
            self.picture(f"{i:02}.png", color)
        found = self.lines("embed", "--flip", "--threads", "2",
                           "--precision", "fp32", self.folder)
        self.assertEqual(len(found), 23)
        for line, color in zip(found, colors):
            length = math.sqrt(sum(c * c for c in color))
            self.near(line["faces"][0]["embedding"],
                      [c / length for c in color], 1e-4)

    def test_a_bad_picture_does_not_shift_the_others(self):
        for i in range(20):
            self.picture(f"{i:02}.png", (200, 10 * i, 100))
        (self.folder / "03.png").write_bytes(b"")
        self.picture("04.png", BLACK)
        found = self.lines("embed", "--threads", "1", "--precision", "fp32",
                           self.folder, expect=BAD_INPUT)
        self.assertIn("error", found[3])
        self.assertEqual(found[4]["faces"], [])
        embedding = found[5]["faces"][0]["embedding"]
        self.assertAlmostEqual(embedding[1] / embedding[0], 50 / 200, delta=0.01)


class Verify(TinyModelsTest):
    def test_one_hue_is_a_match(self):
        answer = self.line("verify", self.picture("a.png", RED),
                           self.picture("b.png", REDDISH))
        self.assertEqual(list(answer)[:7], ["similarity", "decision",
                                            "threshold", "fmr",
                                            "possible_threshold", "model", "a"])
        self.assertEqual(answer["decision"], "match")
        self.assertAlmostEqual(answer["threshold"], 0.9, places=5)
        self.assertAlmostEqual(answer["fmr"], 1e-3, places=6)
        self.near(answer["a"]["box"], [16, 16, 48, 48], 0.5)

    def test_another_hue_is_unknown(self):
        answer = self.line("verify", self.picture("a.png", RED),
                           self.picture("b.png", GREEN), expect=NO_MATCH)
        self.assertEqual(answer["decision"], "unknown")
        self.assertLess(answer["similarity"], 0.5)

    def test_between_the_thresholds_is_possible(self):
        answer = self.line("verify", self.picture("a.png", RED),
                           self.picture("b.png", BROWN), expect=NO_MATCH)
        self.assertEqual(answer["decision"], "possible")

    def test_the_threshold_may_be_given(self):
        answer = self.line("verify", "--threshold", "0.6",
                           self.picture("a.png", RED),
                           self.picture("b.png", BROWN))
        self.assertEqual(answer["decision"], "match")

    def test_no_face_is_bad_input_and_says_where(self):
        answer = self.run_mien("verify", self.picture("a.png", RED),
                               self.picture("b.png", BLACK), expect=BAD_INPUT)
        self.assertIn("b.png: no face found", answer.stderr)

    def test_of_several_faces_takes_the_largest_unless_told(self):
        pictures = (self.picture("a.png", BLUE, 128, 128),
                    self.picture("b.png", BLUE, 128, 128))
        answer = self.line("verify", *pictures)
        self.assertEqual(len(answer["faces_a"]), 2)
        self.near(answer["a"]["box"], [32, 32, 96, 96], 0.5)
        small = [face["box"][0] > 96 for face in answer["faces_a"]].index(True)
        answer = self.line("verify", "--a-face", small, *pictures)
        self.near(answer["a"]["box"], [98.56, 98.56, 124.16, 124.16], 0.5)
        answer = self.run_mien("verify", "--b-face", 7, *pictures,
                               expect=BAD_INPUT)
        self.assertIn("face 7 asked for; there are 2", answer.stderr)

    def test_draws_the_comparison(self):
        drawn = self.folder / "out.png"
        self.run_mien("verify", "--draw", drawn, self.picture("a.png", RED),
                      self.picture("b.png", RED))
        self.assertTrue(drawn.read_bytes().startswith(PNG_START))

    def test_prints_the_decision_in_words(self):
        answer = self.run_mien("verify", self.picture("a.png", RED),
                               self.picture("b.png", RED))
        self.assertIn("cosine similarity 1.000, threshold 0.900 (FMR 0.001): "
                      "same person", answer.stdout)


class Align(TinyModelsTest):
    def test_writes_a_chip_per_face(self):
        found = self.line("align", "--out", self.folder / "chips",
                          self.picture("a.png", BLUE, 128, 128))
        self.assertEqual(len(found["faces"]), 2)
        for face in found["faces"]:
            with open(face["chip"], "rb") as chip:
                header = chip.read(24)
            self.assertTrue(header.startswith(PNG_START))
            self.assertEqual(header[16:24], b"\0\0\0\x40" * 2)  # 64 x 64

    def test_the_profile_decides_the_chip(self):
        found = self.line("align", "--out", self.folder / "chips", "--largest",
                          "--profile", "arcface112",
                          self.picture("a.png", BLUE, 128, 128))
        self.assertEqual(len(found["faces"]), 1)
        with open(found["faces"][0]["chip"], "rb") as chip:
            self.assertEqual(chip.read(24)[16:24], b"\0\0\0\x70" * 2)


class Bench(TinyModelsTest):
    def test_prints_a_line_per_configuration(self):
        lines = self.lines("bench", "embed", "--batch", 1, "--batch", 4,
                           "--rounds", 2, "--threads", 1)
        self.assertIn(len(lines), (2, 4))  # bf16 needs a CPU that has it
        for line in lines:
            self.assertEqual(list(line)[:6],
                             ["runtime", "precision", "batch", "threads",
                              "ms_per_face", "cosine_to_fp32"])
            self.assertGreater(line["ms_per_face"], 0)
            self.assertGreater(line["cosine_to_fp32"], 0.999)
        self.assertEqual([line["batch"] for line in lines[:2]], [1, 4])


class Arguments(TinyModelsTest):
    def test_usage_errors_have_a_code_of_their_own(self):
        picture = self.picture("a.png", RED)
        for arguments in ((), ("fly",), ("detect",), ("verify", picture),
                          ("detect", picture, "--min-face-px", "3"),
                          ("detect", picture, "--threads", "0"),
                          ("detect", picture, "--detector", "nonesuch"),
                          ("verify", picture, picture, "--fmr", "2"),
                          ("embed", picture, "--precision", "fp7")):
            with self.subTest(arguments):
                answer = self.run_mien(*arguments, expect=USAGE,
                                       models=len(arguments) > 1)
                self.assertTrue(answer.stderr)

    def test_a_wrong_value_is_named(self):
        answer = self.run_mien("detect", self.picture("a.png", RED),
                               "--min-face-px", "3", expect=USAGE)
        self.assertIn("min_face_px is 3", answer.stderr)

    def test_every_command_has_help_with_an_example(self):
        for command in (["detect"], ["align"], ["embed"], ["verify"],
                        ["eval", "lfw"], ["eval", "pairs"], ["eval", "detect"],
                        ["eval", "speed"], ["eval", "identify"],
                        ["bench", "embed"], ["model", "inspect"],
                        ["model", "import"], ["model", "verify"],
                        ["model", "export"], ["model", "fetch"]):
            with self.subTest(command):
                answer = self.run_mien(*command, "--help", models=False)
                self.assertIn("Example", answer.stdout)
                self.assertIn("mien " + " ".join(command), answer.stdout)

    def test_version(self):
        answer = self.run_mien("version", models=False)
        self.assertRegex(answer.stdout, r"^mien \d+\.\d+\.\d+\ncpu: ")

    def test_missing_models_say_how_to_get_them(self):
        nowhere = self.folder / "empty"
        nowhere.mkdir()
        answer = self.run_mien("detect", self.picture("a.png", RED),
                               "--models", nowhere, models=False,
                               expect=FAILURE)
        self.assertIn(f"no face detector in {nowhere}", answer.stderr)
        self.assertIn("mien model fetch", answer.stderr)

    def test_pairs_of_chips_need_no_detector(self):
        chips = {"a": RED, "b": REDDISH, "c": BLUE}
        for name, color in chips.items():
            self.picture(f"{name}.png", color)
        pairs = self.folder / "pairs.csv"
        pairs.write_text("a,b,same\na.png,b.png,1\na.png,c.png,0\n")
        embedder_only = self.folder / "models"
        embedder_only.mkdir()
        shutil.copy(self.models / "embedder.onnx", embedder_only)
        arguments = ["eval", "pairs", "--root", self.folder, "--pairs", pairs,
                     "--models", embedder_only]
        answer = self.run_mien(*arguments, "--aligned", "--json", models=False)
        outcome = json.loads(answer.stdout)
        self.assertEqual((outcome["detector"], outcome["failed"],
                          outcome["accuracy"]), ("none", 0, 1.0))
        answer = self.run_mien(*arguments, models=False, expect=BAD_INPUT)
        self.assertIn("no face detector in ", answer.stderr)

    def test_models_may_come_from_the_environment(self):
        answer = self.run_mien("detect", self.picture("a.png", RED),
                               "--detector", "ssd", "--log-level", "info",
                               models=False, expect=DONE,
                               environment={"MIEN_MODELS": str(self.models)})
        self.assertIn("detector=", answer.stderr)


if __name__ == "__main__":
    unittest.main()
