# SPDX-License-Identifier: Apache-2.0
"""`mien serve` in the words of CompreFace and DeepStack: what their clients
send, and the parts of the answers that they read (docs/compat.md)."""

import base64
import json
import unittest

from program import BLACK, BLUE, GREEN, RED, REDDISH
from server import ServerTest

RECOGNITION = "/api/v1/recognition"


class CompreFace(ServerTest):
    flags = ("--keep-thumbnails",)

    def setUp(self):
        super().setUp()
        self.api_key = self.key("administer", "--collection", "cameras")

    def call(self, method, path, body=None, status=200):
        return self.ask(method, path, body, status, key=self.api_key).json

    def add(self, subject, color, status=201):
        return self.call("POST", f"{RECOGNITION}/faces?subject={subject}",
                         [("file", self.picture_of(color))], status)

    def picture_of(self, color):
        """Large enough for blue's second face."""
        return self.png(color, *((128, 128) if color == BLUE else ()))

    def fails_with(self, answer, code, message):
        self.assertEqual(answer, {"message": message, "code": code})

    def recognize(self, color, query="", status=200):
        return self.call("POST", f"{RECOGNITION}/recognize{query}",
                         [("file", self.picture_of(color))], status)

    def test_double_take_trains_recognizes_and_removes(self):
        added = self.add("Ada", RED)
        self.assertEqual(added["subject"], "Ada")
        self.assertRegex(added["image_id"],
                         r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        face, = self.recognize(
            REDDISH, "?face_plugins=gender&det_prob_threshold=0.8")["result"]
        self.assertEqual(face["subjects"][0]["subject"], "Ada")
        self.assertGreater(face["subjects"][0]["similarity"], 0.5)
        box = face["box"]
        self.assertEqual([box[k] for k in ("x_min", "y_min", "x_max",
                                           "y_max")], [16, 16, 48, 48])
        removed = self.call("DELETE", f"{RECOGNITION}/faces?subject=Ada")
        self.assertEqual(removed, {"deleted": 1})
        self.assertEqual(self.call("GET", f"{RECOGNITION}/subjects"),
                         {"subjects": []})

    def test_viseron_always_finds_a_subject_in_a_gallery(self):
        self.add("Ada", RED)
        faces = self.recognize(
            BLUE, "?&limit=0&det_prob_threshold=0.8&prediction_count=1"
            "&status=false&face_plugins=")["result"]
        self.assertEqual(len(faces), 2)
        for face in faces:
            self.assertEqual(face["subjects"][0]["subject"], "Ada")
            self.assertLess(face["subjects"][0]["similarity"], 0.5)
        self.assertGreater(faces[0]["box"]["x_max"] - faces[0]["box"]["x_min"],
                           faces[1]["box"]["x_max"] - faces[1]["box"]["x_min"])

    def test_an_empty_gallery_gives_no_subjects(self):
        face, = self.recognize(RED)["result"]
        self.assertEqual(face["subjects"], [])

    def test_no_face_is_code_28(self):
        self.fails_with(self.recognize(BLACK, status=400), 28,
                        "No face is found in the given image")

    def test_two_faces_cannot_be_enrolled(self):
        self.fails_with(self.add("Ada", BLUE, 400), 31,
                        "More than one face in the source image")

    def test_a_key_is_needed_even_where_reads_are_open(self):
        path = f"{RECOGNITION}/subjects"
        self.fails_with(self.ask("GET", path, status=400).json, 20,
                        "Missing header: x-api-key")
        self.fails_with(self.ask("GET", path, status=400, key="abc").json, 26,
                        "Service API key should be UUID")

    def test_missing_parts_and_parameters_have_their_codes(self):
        self.fails_with(self.call("POST", f"{RECOGNITION}/recognize",
                                  [("other", "x")], 400), 34,
                        "Required part file is missing")
        self.fails_with(self.call("POST", f"{RECOGNITION}/faces",
                                  [("file", self.png(RED))], 400), 33,
                        "Required parameter subject is missing")

    def test_base64_does_as_well(self):
        encoded = base64.b64encode(self.png(RED)).decode()
        self.call("POST", f"{RECOGNITION}/faces?subject=Ada",
                  {"file": encoded}, 201)
        answer = self.call("POST", f"{RECOGNITION}/recognize",
                           {"file": encoded})
        self.assertEqual(answer["result"][0]["subjects"][0]["subject"], "Ada")

    def test_subjects_can_be_added_renamed_merged_and_deleted(self):
        path = f"{RECOGNITION}/subjects"
        self.assertEqual(self.call("POST", path, {"subject": "Ada"}, 201),
                         {"subject": "Ada"})
        self.fails_with(self.call("POST", path, {"subject": "Ada"}, 400), 43,
                        "Subject already exists")
        self.call("POST", path, {"subject": "Bea"}, 201)
        self.assertEqual(self.call("PUT", f"{path}/Ada", {"subject": "Cleo"}),
                         {"updated": True})
        self.assertEqual(self.call("PUT", f"{path}/Bea", {"subject": "Cleo"}),
                         {"updated": True})
        self.assertEqual(self.call("GET", f"{path}/"), {"subjects": ["Cleo"]})
        self.fails_with(self.call("DELETE", f"{path}/Ada", status=404), 42,
                        "Subject Ada not found")
        self.assertEqual(self.call("DELETE", path), {"deleted": 1})

    def test_faces_are_listed_in_pages_and_deleted_by_id(self):
        ids = [self.add("Ada", RED)["image_id"],
               self.add("Ada", REDDISH)["image_id"],
               self.add("Grace", GREEN)["image_id"]]
        listed = self.call("GET", f"{RECOGNITION}/faces?page=0&size=2")
        self.assertEqual([face["image_id"] for face in listed["faces"]],
                         ids[:2])
        self.assertEqual((listed["total_pages"], listed["total_elements"]),
                         (2, 3))
        self.assertEqual(
            self.call("DELETE", f"{RECOGNITION}/faces/{ids[0]}"),
            {"image_id": ids[0], "subject": "Ada"})
        deleted = self.ask("POST", f"{RECOGNITION}/faces/delete",
                           json.dumps([ids[0], ids[1]]).encode(),
                           key=self.api_key,
                           headers={"Content-Type": "application/json"}).json
        self.assertEqual(deleted, [{"image_id": ids[1], "subject": "Ada"}])
        self.assertEqual(self.call("GET", f"{RECOGNITION}/subjects"),
                         {"subjects": ["Grace"]})
        self.fails_with(self.call("DELETE", f"{RECOGNITION}/faces/{ids[0]}",
                                  status=404), 44,
                        f"Image {ids[0]} not found")

    def test_pictures_of_faces_can_be_shown(self):
        image_id = self.add("Ada", RED)["image_id"]
        for path in (f"{RECOGNITION}/faces/{image_id}/img",
                     f"/api/v1/static/{self.api_key}/images/{image_id}"):
            answer = self.ask("GET", path, key=self.api_key)
            self.assertEqual(answer.body[:2], b"\xff\xd8")

    def test_other_collections_cannot_be_reached(self):
        image_id = self.add("Ada", RED)["image_id"]
        self.api_key = self.key("administer", "--collection", "other")
        self.call("DELETE", f"{RECOGNITION}/faces/{image_id}", status=404)

    def test_verification_compares_one_face_with_each_of_another_picture(self):
        answer = self.call("POST", "/api/v1/verification/verify",
                           [("source_image", self.png(RED)),
                            ("target_image", self.picture_of(BLUE))])
        pair, = answer["result"]
        self.assertIn("box", pair["source_image_face"])
        self.assertEqual(len(pair["face_matches"]), 2)
        self.assertLess(pair["face_matches"][0]["similarity"], 0.5)

    def test_a_face_can_be_verified_against_an_image(self):
        image_id = self.add("Ada", RED)["image_id"]
        face, = self.call("POST", f"{RECOGNITION}/faces/{image_id}/verify",
                          [("file", self.png(REDDISH))])["result"]
        self.assertGreater(face["similarity"], 0.5)

    def test_detection_gives_plugins_on_request(self):
        answer = self.call(
            "POST",
            "/api/v1/detection/detect?face_plugins=landmarks,calculator,age"
            "&status=true", [("file", self.png(RED))])
        face, = answer["result"]
        self.assertEqual(len(face["landmarks"]), 5)
        self.assertEqual(len(face["embedding"]), 3)
        self.assertIn("detector", face["execution_time"])
        self.assertEqual(answer["plugins_versions"]["calculator"],
                         "tiny-embedder")

    def test_embeddings_can_be_recognized_and_compared(self):
        self.add("Ada", RED)
        red, green = [1, 0.17, 0.17], [0.13, 1, 0.22]
        answer = self.call("POST", f"{RECOGNITION}/embeddings/recognize",
                           {"embeddings": [red]})
        found = answer["result"][0]
        self.assertEqual(found["similarities"][0]["subject"], "Ada")
        answer = self.call("POST", "/api/v1/verification/embeddings/verify",
                           {"source": red, "targets": [red, green]})
        same, other = [r["similarity"] for r in answer["result"]]
        self.assertGreater(same, 0.9)
        self.assertLess(other, 0.5)
        self.call("POST", f"{RECOGNITION}/embeddings/recognize",
                  {"embeddings": [[1, 2]]}, 400)

    def test_the_core_s_own_endpoints_answer(self):
        self.assertEqual(self.ask("GET", "/healthcheck").json["status"], "OK")
        status = self.ask("GET", "/status").json
        self.assertEqual(len(status["similarity_coefficients"]), 2)
        face, = self.ask("POST", "/scan_faces",
                         [("file", self.png(RED))]).json["result"]
        self.assertEqual(len(face["embedding"]), 3)
        face, = self.ask("POST", "/find_faces",
                         [("file", self.png(RED))]).json["result"]
        self.assertEqual(len(face["landmarks"]), 5)


DUMP = """\
COPY public.embedding (id, subject_id, embedding, calculator, img_id) FROM stdin;
e1\ts1\t{0.9,0.15,0.15}\tfacenet.Calculator@20180402-114759\t\\N
e2\ts1\t{0.9,0.15}\tfacenet.Calculator@20180402-114759\t\\N
\\.
COPY public.model (id, name, guid, app_id, api_key, type) FROM stdin;
1\tDoor\tg\t1\t0a2c1b1e-6f1b-4c59-9d5e-3a3f0d1c2b4a\tR
\\.
COPY public.subject (id, api_key, subject_name) FROM stdin;
s1\t0a2c1b1e-6f1b-4c59-9d5e-3a3f0d1c2b4a\tAda
\\.
"""


class MovingOver(ServerTest):
    def test_faces_and_keys_of_a_dump_work_as_before(self):
        dump = self.folder / "dump.sql"
        dump.write_text(DUMP)
        for keys in (1, 0):  # again adds nothing
            answer = self.run_mien(
                "serve", "import-compreface", "--gallery", self.gallery,
                "--embedder", self.models / "embedder.onnx", dump,
                models=False)
            self.assertIn(f"1 faces, 1 skipped, {keys} new API keys",
                          answer.stdout)
        found = self.ask("POST", f"{RECOGNITION}/recognize",
                         [("file", self.png(RED))],
                         key="0a2c1b1e-6f1b-4c59-9d5e-3a3f0d1c2b4a").json
        self.assertEqual(found["result"][0]["subjects"][0]["subject"], "Ada")


class DeepStack(ServerTest):
    path = "/v1/vision/face"

    def test_a_registered_face_is_recognized_listed_and_deleted(self):
        key = self.key("administer")
        answer = self.ask("POST", f"{self.path}/register",
                          [("image", self.png(RED)), ("userid", "Ada"),
                           ("api_key", key)]).json
        self.assertEqual(answer, {"success": True, "message": "face added"})
        face, = self.ask("POST", f"{self.path}/recognize",
                         [("image", self.png(REDDISH))]).json["predictions"]
        self.assertEqual(face["userid"], "Ada")
        self.assertEqual(face["x_min"], 16)
        face, = self.ask("POST", f"{self.path}/recognize",
                         [("image", self.png(GREEN))]).json["predictions"]
        self.assertEqual((face["userid"], face["confidence"]), ("unknown", 0))
        self.assertEqual(self.ask("POST", f"{self.path}/list").json["faces"],
                         ["Ada"])
        self.ask("POST", f"{self.path}/delete",
                 [("userid", "Ada"), ("api_key", key)])
        self.assertEqual(self.ask("POST", f"{self.path}/list").json["faces"],
                         [])
        self.server.stop()
        self.assertIn('action="POST /v1/vision/face/register" status=200',
                      "".join(self.server.log))

    def test_writing_needs_a_key(self):
        answer = self.ask("POST", f"{self.path}/register",
                          [("image", self.png(RED)), ("userid", "Ada")], 400)
        self.assertFalse(answer.json["success"])
        self.assertIn("API key", answer.json["error"])

    def test_faces_are_detected_and_matched(self):
        answer = self.ask("POST", f"{self.path}/",
                          [("image", self.png(RED))]).json
        self.assertEqual(len(answer["predictions"]), 1)
        answer = self.ask("POST", f"{self.path}/match",
                          [("image1", self.png(RED)),
                           ("image2", self.png(REDDISH))]).json
        self.assertGreater(answer["similarity"], 0.5)

    def test_no_face_is_told_in_its_words(self):
        answer = self.ask("POST", f"{self.path}/match",
                          [("image1", self.png(BLACK)),
                           ("image2", self.png(RED))], 400).json
        self.assertEqual(answer, {"success": False, "code": 400,
                                  "error": "No face found in image"})


if __name__ == "__main__":
    unittest.main()
