# SPDX-License-Identifier: Apache-2.0
"""mien model: inspect, verify, export."""

import unittest

from program import BAD_INPUT, FAILURE, USAGE, TinyModelsTest


class Model(TinyModelsTest):
    def run_model(self, *arguments, **options):
        return self.run_mien("model", *arguments, models=False, **options)

    def test_inspect_shows_contract_precision_and_layers(self):
        answer = self.run_model("inspect", "--runs", 2, "--precision", "fp32",
                                self.models / "detector.onnx")
        for text in ("detect, tiny-detector, sha256:", "64 x 64, RGB",
                     "fp32 asked for, fp32 runs", "[1, 3, 64, 64]",
                     "memory     weights", "GFLOP/s"):
            self.assertIn(text, answer.stdout)

    def test_inspect_shows_the_graph_before_and_after_the_passes(self):
        before = self.run_model("inspect", "--runs", 1, "--graph", "before",
                                self.models / "detector.onnx").stdout
        after = self.run_model("inspect", "--runs", 1, "--graph", "after",
                               self.models / "detector.onnx").stdout
        self.assertIn(" = Identity(", before)
        self.assertNotIn(" = Identity(", after)

    def test_verify_compares_with_the_reference(self):
        answer = self.run_model("verify", self.models / "detector.onnx",
                                self.models / "embedder.onnx")
        self.assertEqual(answer.stdout.count("  ok  sha256:"), 2)

    def test_verify_refuses_a_damaged_file(self):
        damaged = self.folder / "damaged.onnx"
        whole = (self.models / "embedder.onnx").read_bytes()
        damaged.write_bytes(whole[:len(whole) // 2])
        answer = self.run_model("verify", self.models / "embedder.onnx",
                                damaged, expect=BAD_INPUT)
        self.assertIn("damaged.onnx", answer.stderr)

    def test_export_keeps_the_model_id(self):
        out = self.folder / "copy.onnx"
        self.run_model("export", self.models / "embedder.onnx", "--out", out)
        both = self.run_model("verify", out, self.models / "embedder.onnx")
        ids = {line.split("  ")[2] for line in both.stdout.splitlines()}
        self.assertEqual(len(ids), 1)

    def test_convert_stores_weights_in_half_the_size(self):
        whole = self.models / "embedder.onnx"
        half = self.folder / "half.onnx"
        answer = self.run_model("convert", whole, "--weights", "fp16",
                                "--out", half)
        cosine = float(answer.stdout.split()[-1])
        self.assertGreater(cosine, 0.9999)
        back = self.folder / "back.onnx"
        answer = self.run_model("convert", half, "--weights", "fp32",
                                "--out", back)
        self.assertIn("cosine to the original 1.000000", answer.stdout)
        self.run_model("verify", half, back)

    def test_a_size_must_be_two_numbers(self):
        answer = self.run_model("inspect", self.models / "embedder.onnx",
                                "--size", "huge", expect=USAGE)
        self.assertIn("size is huge", answer.stderr)

    def test_fetch_lists_models_with_size_and_licence(self):
        answer = self.run_model("fetch")
        self.assertRegex(answer.stdout, r"facenet-vggface2 +\d+\.\d MB")
        self.assertIn("licence: MIT", answer.stdout)

    def test_fetch_names_the_models_there_are(self):
        answer = self.run_model("fetch", "nonesuch", "--out", self.folder,
                                expect=USAGE)
        self.assertIn("nonesuch", answer.stderr)
        self.assertIn("facenet-vggface2", answer.stderr)

    def test_fetch_by_url_needs_a_hash(self):
        answer = self.run_model("fetch", "--url", "http://127.0.0.1/net.onnx",
                                "--out", self.folder, expect=USAGE)
        self.assertIn("--url needs --sha256", answer.stderr)

    def test_a_missing_file_is_named(self):
        answer = self.run_model("inspect", self.folder / "no.onnx",
                                expect=FAILURE)
        self.assertIn("no.onnx", answer.stderr)


if __name__ == "__main__":
    unittest.main()
