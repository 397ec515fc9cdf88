# SPDX-License-Identifier: Apache-2.0
"""watch on networks of known answers: a face's embedding is its colour."""

import json
import os
import signal
import subprocess
import unittest

from program import (BAD_INPUT, BLACK, DONE, GREEN, RED, REDDISH, USAGE,
                     TinyModelsTest)


CELL = 8  # px


def checkered(level, size, contrast=48):
    """A plane around `level`, with edges: a sharp face is rated well."""
    bright, dark = (bytes([max(0, min(255, round(level) + change))]) * CELL
                    for change in (contrast, -contrast))
    rows = [(pair * size)[:size] for pair in (bright + dark, dark + bright)]
    return b"".join(rows[y // CELL % 2] for y in range(size))


def y4m(path, colors, size=256, rate=25):
    """Writes a video of one checkered colour a frame, uncompressed."""
    with open(path, "wb") as out:
        out.write(f"YUV4MPEG2 W{size} H{size} F{rate}:1 Ip A1:1 C444\n"
                  .encode())
        for red, green, blue in colors:
            # BT.601, video range.
            y = 16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256
            u = 128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256
            v = 128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256
            out.write(b"FRAME\n" + checkered(y, size) + b"".join(
                bytes([round(value)]) * (size * size) for value in (u, v)))
    return path


class Watch(TinyModelsTest):
    def setUp(self):
        super().setUp()
        # What `enroll` would say of a face of one colour is not tested here.
        self.gallery = self.folder / "people.db"
        model = self.line("embed", self.picture("red.png", RED))["faces"][0]
        templates = self.folder / "people.jsonl"
        templates.write_text(json.dumps(
            {"subject": "Red", "model": model["model"],
             "embedding": model["embedding"]}) + "\n")
        self.run_mien("gallery", "import", "--gallery", self.gallery,
                      templates, models=False)

    def watch(self, video, *arguments, expect=DONE):
        return self.lines("watch", "--threads", "1", "--gallery",
                          self.gallery, video, *arguments, expect=expect)

    def video(self, colors):
        return y4m(self.folder / "video.y4m", colors)

    def test_tells_who_comes_and_goes(self):
        colors = ([BLACK] * 10 + [RED, REDDISH] * 25 + [BLACK] * 75 +
                  [GREEN] * 50)
        *events, end = self.watch(self.video(colors))
        self.assertEqual(
            [(e["event"], e["subject"], e["decision"]) for e in events],
            [("enter", "Red", "match"), ("leave", "Red", "match"),
             ("enter", None, "unknown"), ("leave", None, "unknown")])
        self.assertEqual(list(events[0]), ["event", "time", "since", "track",
                                           "decision", "subject",
                                           "similarity", "box"])
        self.assertAlmostEqual(events[0]["time"], 0.44, delta=0.01)
        self.assertAlmostEqual(events[1]["time"], 59 / 25, delta=0.01)
        self.assertEqual((end["event"], end["frames"], end["tracks"],
                          end["identity_switches"], end["damaged"]),
                         ("end", 185, 2, 0, 0))

    def test_a_cut_to_somebody_else_is_no_switch_of_one_face(self):
        lines = self.watch(self.video([RED] * 20 + [GREEN] * 20), "--frames")
        frames = [line for line in lines if "frame" in line]
        names = [frame["faces"][0]["subject"] for frame in frames]
        self.assertEqual(names, [None] + ["Red"] * 19 + [None] * 20)
        tracks = [frame["faces"][0]["track"] for frame in frames]
        self.assertEqual(tracks, [1] * 20 + [2] * 20)

    def test_looks_at_some_frames_and_for_some_time(self):
        lines = self.watch(self.video([RED] * 100), "--frames", "--every",
                           "10", "--max-seconds", "2")
        self.assertEqual([line["frame"] for line in lines if "frame" in line],
                         [0, 10, 20, 30, 40])

    def test_prints_text_for_people(self):
        answer = self.run_mien("watch", "--threads", "1", "--gallery",
                               self.gallery, self.video([RED] * 25))
        self.assertEqual(answer.stdout.splitlines(),
                         ["0:00.0  Red enters, similarity 1.00",
                          "0:01.0  Red leaves after 0.9 s"])
        self.assertIn("25 frames in 0:01.0, 1 tracks, 0 identity switches",
                      answer.stderr)

    def test_draws_a_video_that_can_be_watched_again(self):
        drawn = self.folder / "drawn.mp4"
        self.watch(self.video([RED] * 30), "--draw", drawn)
        lines = self.watch(drawn)
        self.assertEqual(lines[-1]["frames"], 30)

    def test_draws_pictures_into_a_folder(self):
        drawn = self.folder / "drawn"
        self.watch(self.video([RED] * 6), "--every", "2", "--draw", drawn)
        self.assertEqual(sorted(os.listdir(drawn)),
                         ["000000.jpg", "000002.jpg", "000004.jpg"])

    def test_names_what_is_wrong_with_a_source(self):
        text = self.folder / "text.mp4"
        text.write_text("no video")
        for source, message in ((text, "not a video"),
                                (self.folder / "none.mp4", "no such file"),
                                (self.folder, "a folder, not a video")):
            with self.subTest(source):
                answer = self.run_mien("watch", "--gallery", self.gallery,
                                       source, expect=BAD_INPUT)
                self.assertIn(message, answer.stderr)
        answer = self.run_mien("watch", "--gallery", self.gallery, "--frames",
                               text, expect=USAGE)
        self.assertIn("--frames needs --json", answer.stderr)

    def test_a_video_that_is_cut_off_is_watched_as_far_as_it_goes(self):
        video = self.video([RED] * 50)
        with open(video, "r+b") as file:
            file.truncate(video.stat().st_size // 2)
        self.assertIn(self.watch(video)[-1]["frames"], (24, 25))

    def test_stops_in_good_order(self):
        for stop in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(stop):
                video = self.folder / "endless.y4m"
                os.mkfifo(video)
                command = [os.environ["MIEN"], "watch", "--json",
                           "--threads", "1", "--gallery", str(self.gallery),
                           "--models", str(self.models), str(video)]
                frames = y4m(self.folder / "video.y4m", [RED] * 50)
                with subprocess.Popen(command, stdout=subprocess.PIPE,
                                      text=True) as watching, \
                        open(video, "wb") as out:
                    out.write(frames.read_bytes())
                    out.flush()
                    first = json.loads(watching.stdout.readline())
                    self.assertEqual(first["event"], "enter")
                    watching.send_signal(stop)
                    lines = [json.loads(line) for line in watching.stdout]
                self.assertEqual(watching.returncode, DONE)
                self.assertEqual([line["event"] for line in lines],
                                 ["leave", "end"])
                video.unlink()


if __name__ == "__main__":
    unittest.main()
