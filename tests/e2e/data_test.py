# SPDX-License-Identifier: Apache-2.0
"""prepare and data on networks of known answers."""

import csv
import json
import os
import pathlib
import subprocess
import tarfile
import unittest

from program import (BAD_INPUT, BLACK, BLUE, BROWN, DONE, FAILURE, GREEN, RED,
                     REDDISH, USAGE, TinyModelsTest)

JPEG_START = b"\xff\xd8\xff"


class DataTest(TinyModelsTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "set"

    def rows(self, name="chips.csv", folder=None):
        with open((folder or self.out) / name, newline="") as file:
            return list(csv.DictReader(file))

    def prepare(self, *arguments, expect=DONE):
        return self.line("prepare", "--out", self.out, *arguments,
                         expect=expect)

    def teach(self, *arguments, expect=DONE):
        return self.prepare("--teacher", self.models / "teacher.onnx",
                            *arguments, expect=expect)


class Prepare(DataTest):
    def test_labels_people_by_folder(self):
        for name in ("people/Bob/1.png", "people/Ada/2.png",
                     "people/Ada/1.png", "people/F1/MID2/1.png"):
            self.picture(name, RED)
        (self.folder / "people/Ada/2.png").write_bytes(
            pathlib.Path(self.picture("other.png", BLUE)).read_bytes())
        done = self.prepare("--labels", "folders", self.folder / "people")
        self.assertEqual((done["chips"], done["identities"], done["dropped"]),
                         (4, 3, 0))
        self.assertEqual([(row["label"], row["identity"])
                          for row in self.rows()],
                         [("0", "Ada"), ("0", "Ada"), ("1", "Bob"),
                          ("2", "F1/MID2")])

    def test_takes_a_table(self):
        self.picture("a.png", RED)
        self.picture("b.png", BLUE)
        table = self.folder / "list.csv"
        table.write_text("path,identity\nb.png,Bob\na.png,\n")
        self.prepare(table)
        self.assertEqual([(row["label"], pathlib.Path(row["source"]).name)
                          for row in self.rows()],
                         [("0", "b.png"), ("-1", "a.png")])

    def test_tar_reads_the_shards(self):
        self.prepare(self.picture("a.png", RED, 128, 128))
        with tarfile.open(self.out / "shard-00000.tar") as shard:
            members = shard.getmembers()
            self.assertEqual(len(members), 1)
            data = shard.extractfile(members[0]).read()
        row = self.rows()[0]
        self.assertTrue(data.startswith(JPEG_START))
        self.assertEqual(len(data), int(row["bytes"]))
        whole = (self.out / "shard-00000.tar").read_bytes()
        offset = int(row["offset"])
        self.assertEqual(whole[offset:offset + len(data)], data)

    def test_lists_what_it_drops_and_goes_on(self):
        self.picture("in/1.png", BLACK)
        (self.folder / "in/2.jpg").write_bytes(b"no picture")
        self.picture("in/3.png", RED)
        done = self.prepare(self.folder / "in")
        self.assertEqual((done["chips"], done["dropped"]), (1, 2))
        dropped = self.rows("dropped.csv")
        self.assertEqual(dropped[0]["reason"], "no face found")
        self.assertIn("not a picture", dropped[1]["reason"])

    def test_goes_on_after_a_kill_as_if_there_had_been_none(self):
        for i in range(300):
            self.picture(f"in/{i:03}.png", (100 + i % 150, 100 + i % 100, 99))
        self.prepare(self.folder / "in")
        unbroken = {p.name: p.read_bytes() for p in self.out.iterdir()}
        self.out = self.folder / "killed"
        command = [os.environ["MIEN"], "prepare", "--models", self.models,
                   "--threads", "1", "--out", self.out, self.folder / "in"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        index = self.out / "chips.csv"
        while process.poll() is None:
            if index.exists() and index.stat().st_size > 2000:
                break
        process.kill()
        process.wait()
        self.assertFalse(json.loads(
            (self.out / "dataset.json").read_text())["complete"])
        done = self.prepare(self.folder / "in")
        self.assertGreater(done["done_before"], 10)
        self.assertEqual({p.name: p.read_bytes() for p in self.out.iterdir()},
                         unbroken)

    def test_refuses_to_mix_sizes(self):
        picture = self.picture("a.png", RED)
        self.prepare(picture)
        answer = self.run_mien("prepare", "--out", self.out, "--margin", "4",
                               picture, expect=FAILURE)
        self.assertIn("112 + 2 x 16 pixels", answer.stderr)

    def test_refuses_a_size_out_of_range(self):
        answer = self.run_mien("prepare", "--out", self.out, "--size", "4",
                               self.picture("a.png", RED), expect=USAGE)
        self.assertIn("template_px is 4", answer.stderr)

    def test_names_the_wrong_line_of_a_table(self):
        table = self.folder / "list.csv"
        table.write_text("path,identity\na.png\n")
        answer = self.run_mien("prepare", "--out", self.out, table,
                               expect=BAD_INPUT)
        self.assertIn("line 2", answer.stderr)

    def test_refuses_a_teacher_that_cuts_otherwise(self):
        answer = self.run_mien("prepare", "--out", self.out, "--teacher",
                               self.models / "embedder.onnx",
                               self.picture("a.png", RED), expect=FAILURE)
        self.assertIn("tiny-embedder", answer.stderr)


class Teacher(DataTest):
    def setUp(self):
        super().setUp()
        for name, color in (("Ada/1", RED), ("Ada/2", REDDISH), ("Bob/1", BLUE),
                            ("Cleo/1", GREEN), ("Cleo/2", (30, 221, 50))):
            self.picture(f"people/{name}.png", color)
        self.people = ("--labels", "folders", self.folder / "people")

    def test_stores_an_embedding_per_chip(self):
        self.teach(*self.people)
        data = (self.out / "teacher.f32").read_bytes()
        self.assertEqual(data[:8], b"mienf32\n")
        self.assertEqual(len(data), 64 + 5 * 3 * 4)

    def test_leaves_out_who_resembles_a_test_person(self):
        self.teach(*self.people)
        test_set, self.out = self.out, self.folder / "train"
        self.picture("train-pictures/x/1.png", REDDISH)
        self.picture("train-pictures/y/1.png", BROWN)
        done = self.teach("--labels", "folders", "--exclude", test_set,
                          "--exclude-similarity", "0.99",
                          self.folder / "train-pictures")
        self.assertEqual((done["chips"], done["excluded_chips"],
                          done["excluded_identities"]), (1, 1, 1))
        self.assertEqual(self.rows()[0]["identity"], "y")

    def test_reports_duplicates_and_people(self):
        self.teach(*self.people)
        found = self.lines_without_models("data", "report", self.out)[0]
        self.assertEqual(found["people"], 3)
        self.assertGreaterEqual(found["duplicates"], 1)
        page = (self.out / "report/report.html").read_text()
        self.assertIn("Near duplicates", page)

    def test_takes_duplicates_out(self):
        self.teach(*self.people)
        done = self.lines_without_models(
            "data", "prune", self.out, "--duplicates",
            "--duplicate-similarity", "0.9999")[0]
        self.assertEqual((done["chips"], done["removed_chips"]), (4, 1))
        self.assertIn("near duplicate", self.rows("dropped.csv")[0]["reason"])
        answer = self.run_mien("data", "prune", self.out, models=False,
                               expect=USAGE)
        self.assertIn("nothing to take out", answer.stderr)

    def test_finds_the_nearest_chip_of_another_set(self):
        self.teach(*self.people)
        answer = self.run_mien("data", "nearest", self.out, self.out,
                               models=False)
        rows = list(csv.DictReader(answer.stdout.splitlines()))
        self.assertEqual([row["chip"] for row in rows],
                         [row["other_chip"] for row in rows])
        self.assertEqual(rows[0]["cosine_similarity"], "1.0000")

    def test_needs_embeddings_for_a_report(self):
        self.prepare(*self.people)
        answer = self.run_mien("data", "report", self.out, models=False,
                               expect=FAILURE)
        self.assertIn("prepare --teacher", answer.stderr)

    def lines_without_models(self, *arguments):
        answer = self.run_mien(*arguments, "--json", models=False)
        return [json.loads(line) for line in answer.stdout.splitlines()]


class Sheet(DataTest):
    def test_shows_chips_and_what_becomes_of_them(self):
        self.prepare(self.picture("a.png", RED), self.picture("b.png", BLUE))
        sheet = self.folder / "sheet.png"
        self.run_mien("data", "sheet", self.out, "--augment", "strong",
                      "--columns", "5", "--out", sheet, models=False)
        header = sheet.read_bytes()[16:24]
        self.assertEqual(int.from_bytes(header[:4], "big"), 5 * 112 + 4 * 2)
        self.assertEqual(int.from_bytes(header[4:], "big"), 2 * 112 + 2)

    def test_says_that_a_folder_is_no_dataset(self):
        answer = self.run_mien("data", "sheet", self.folder, "--out", "x.png",
                               models=False, expect=FAILURE)
        self.assertIn("dataset.json", answer.stderr)


if __name__ == "__main__":
    unittest.main()
