# SPDX-License-Identifier: Apache-2.0
"""cluster on networks of known answers: a face's embedding is its colour."""

import re
import unittest

from program import (BAD_INPUT, BLACK, BLUE, DONE, FAILURE, GREEN, RED,
                     REDDISH, USAGE, TinyModelsTest)


class Cluster(TinyModelsTest):
    def setUp(self):
        super().setUp()
        for name, color in (("1.png", RED), ("2.png", GREEN),
                            ("3.png", REDDISH), ("4.png", BLACK)):
            self.picture(name, color)

    def cluster(self, *arguments, expect=DONE):
        # The chips of the tiny model are too small to be rated.
        return self.lines("cluster", "--min-quality", "0", self.folder,
                          *arguments, expect=expect)

    def names(self, group):
        return sorted(face["image"].rsplit("/", 1)[1]
                      for face in group["faces"])

    def test_groups_what_is_alike_largest_first(self):
        for algorithm in ("average-linkage", "chinese-whispers"):
            with self.subTest(algorithm):
                first, second = self.cluster("--threshold", "0.9",
                                             "--algorithm", algorithm)
                self.assertEqual(list(first), ["cluster", "size", "threshold",
                                               "fpir", "faces"])
                self.assertEqual((first["cluster"], first["size"]), (1, 2))
                self.assertEqual(self.names(first), ["1.png", "3.png"])
                self.assertEqual(self.names(second), ["2.png"])
                self.assertEqual(list(first["faces"][0]),
                                 ["image", "face", "box", "score",
                                  "landmarks", "quality", "similarity"])

    def test_the_models_calibration_gives_the_threshold(self):
        # Two comparisons for each of three faces; 1e-3 is at 0.9.
        group = self.cluster("--fpir", "0.002")[0]
        self.assertAlmostEqual(group["threshold"], 0.9, delta=0.001)
        self.assertAlmostEqual(group["fpir"], 0.002, delta=1e-6)

    def test_two_faces_of_one_picture_are_two_people(self):
        self.picture("5.png", BLUE, 128, 128)  # shows two
        groups = self.cluster("--threshold", "0.9")
        blue = [group for group in groups
                if self.names(group) == ["5.png"]]
        self.assertEqual([group["size"] for group in blue], [1, 1])

    def test_the_sheet_shows_every_face_and_needs_nothing_else(self):
        sheet = self.folder / "people.html"
        answer = self.run_mien("cluster", "--min-quality", "0", "--threshold",
                               "0.9", "--html", sheet, self.folder)
        self.assertIn("person 1, 2 faces\n", answer.stdout)
        self.assertIn("3 faces in 4 pictures: 1 people seen several times, "
                      "1 once\n", answer.stdout)
        page = sheet.read_text()
        self.assertEqual(page.count("src=\"data:image/jpeg;base64,"), 3)
        self.assertEqual(set(re.findall(r'href="([^"]+)"', page)),
                         {"1.png", "2.png", "3.png"})
        self.assertNotRegex(page, r"https?:")

    def test_goes_on_after_a_bad_picture(self):
        (self.folder / "2.png").write_bytes(b"no picture")
        lines = self.cluster("--threshold", "0.9", expect=BAD_INPUT)
        self.assertEqual(lines[0]["error"]["code"], "invalid_image")
        self.assertEqual(self.names(lines[1]), ["1.png", "3.png"])

    def test_a_folder_without_faces_has_no_people(self):
        answer = self.run_mien("cluster", self.folder / "4.png")
        self.assertEqual(answer.stdout, "0 faces in 1 pictures: 0 people seen "
                         "several times, 0 once\n")

    def test_bad_arguments_are_named_before_the_work(self):
        for flag, value, message in (
                ("--threshold", "2", "threshold is 2"),
                ("--fpir", "0", "fpir is 0; must be above 0 and below 1"),
                ("--html", "no/such/x.html", "no such folder")):
            with self.subTest(flag):
                answer = self.run_mien("cluster", flag, value, self.folder,
                                       expect=USAGE if flag != "--html"
                                       else FAILURE)
                self.assertIn(message, answer.stderr)


if __name__ == "__main__":
    unittest.main()
