# SPDX-License-Identifier: Apache-2.0
"""`mien serve`: its REST API from request to answer."""

import base64
import http.client
import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
import unittest

from program import BLACK, BLUE, GREEN, RED, REDDISH
from server import Answer, ServerTest

KEY_NEEDED = "an API key is needed: Authorization: Bearer KEY, or x-api-key: KEY"


class Analysis(ServerTest):
    def test_health_and_readiness_need_no_key(self):
        self.assertEqual(self.ask("GET", "/v1/health").json["status"], "ok")
        self.assertEqual(self.ask("GET", "/v1/ready").json, {"ready": True})

    def test_models_name_the_networks_and_their_thresholds(self):
        models = self.ask("GET", "/v1/models").json
        self.assertEqual(models["detector"]["name"], "ultraface")
        self.assertEqual(models["embedder"]["name"], "tiny-embedder")
        self.assertAlmostEqual(models["verify"]["threshold"], 0.9, delta=1e-6)

    def test_detect_answers_the_same_to_form_json_and_body(self):
        red = self.png(RED)
        encoded = base64.b64encode(red).decode()
        answers = [
            self.ask("POST", "/v1/detect", [("image", red)]).json,
            self.ask("POST", "/v1/detect", {"image": encoded}).json,
            self.ask("POST", "/v1/detect", red,
                     headers={"Content-Type": "image/png"}).json]
        self.assertEqual(answers[0]["width"], 64)
        self.near(answers[0]["faces"][0]["box"], [16, 16, 48, 48], 0.01)
        self.assertEqual(len(answers[0]["faces"][0]["landmarks"]), 5)
        self.assertEqual(answers[1], answers[0])
        self.assertEqual(answers[2], answers[0])

    def test_no_face_is_an_empty_list(self):
        answer = self.ask("POST", "/v1/detect", self.png(BLACK))
        self.assertEqual(answer.json["faces"], [])

    def test_filters_keep_the_best_faces(self):
        blue = self.png(BLUE, 128, 128)
        everything = self.ask("POST", "/v1/detect", blue).json["faces"]
        self.assertEqual(len(everything), 2)
        one = self.ask("POST", "/v1/detect?max_faces=1", blue).json["faces"]
        self.assertEqual(one, everything[:1])
        large = self.ask("POST", "/v1/detect?min_face_px=30", blue).json
        self.assertEqual(len(large["faces"]), 1)

    def test_embed_gives_unit_vectors_and_their_model(self):
        face, = self.ask("POST", "/v1/embed", self.png(GREEN)).json["faces"]
        self.assertAlmostEqual(sum(x * x for x in face["embedding"]), 1,
                               delta=1e-4)
        self.assertTrue(face["model"].startswith("sha256:"))

    def test_verify_tells_one_person_from_two(self):
        same = self.ask("POST", "/v1/verify",
                        [("a", self.png(RED)), ("b", self.png(REDDISH))]).json
        self.assertEqual(same["decision"], "match")
        self.assertAlmostEqual(same["fmr"], 1e-3, delta=1e-6)
        other = self.ask("POST", "/v1/verify",
                         [("a", self.png(RED)), ("b", self.png(GREEN))]).json
        self.assertEqual(other["decision"], "unknown")
        self.assertLess(other["similarity"], other["possible_threshold"])

    def test_verify_names_the_picture_without_a_face(self):
        answer = self.ask("POST", "/v1/verify",
                          [("a", self.png(RED)), ("b", self.png(BLACK))], 422)
        self.fails(answer, "invalid_image", "b", "no face found")

    def test_cluster_groups_the_faces_of_one_person(self):
        faces = [{"embedding": self.ask("POST", "/v1/embed", self.png(color)
                                        ).json["faces"][0]["embedding"]}
                 for color in (GREEN, RED, REDDISH)]
        answer = self.ask("POST", "/v1/cluster",
                          {"faces": faces, "threshold": 0.9}).json
        self.assertEqual(answer["groups"], [1, 0, 0])
        for face in faces:
            face["picture"] = 5  # of one picture, so never one person
        answer = self.ask("POST", "/v1/cluster",
                          {"faces": faces, "threshold": 0.9}).json
        self.assertEqual(sorted(answer["groups"]), [0, 1, 2])
        self.fails(self.ask("POST", "/v1/cluster", {"faces": [{}]}, 400),
                   "invalid_argument", "faces",
                   "an embedding must be 3 numbers, not all 0")

    def test_timings_are_told_on_request(self):
        answer = self.ask("POST", "/v1/embed?timings=true", self.png(RED)).json
        self.assertEqual(set(answer["timings_ms"]),
                         {"queue", "decode", "detect", "align", "embed"})
        self.assertNotIn("timings_ms",
                         self.ask("POST", "/v1/embed", self.png(RED)).json)


class Mistakes(ServerTest):
    flags = ("--max-body-bytes", "100000", "--max-pixels", "1000000",
             "--head-seconds", "1")

    def test_a_wrong_value_is_named_with_what_would_be_right(self):
        answer = self.ask("POST", "/v1/detect?max_faces=0", self.png(RED), 400)
        self.fails(answer, "invalid_argument", "max_faces",
                   'max_faces is "0"; must be a number in [1, 100]')

    def test_a_missing_picture_is_named(self):
        self.fails(self.ask("POST", "/v1/verify", [("a", self.png(RED))], 400),
                   "invalid_argument", "b", "b is missing")

    def test_what_is_no_picture_is_refused(self):
        answer = self.ask("POST", "/v1/detect", b"hello", 422)
        self.assertEqual(answer.json["code"], "invalid_image")
        self.assertEqual(answer.json["field"], "image")

    def test_too_many_pixels_are_refused(self):
        answer = self.ask("POST", "/v1/detect", self.png(RED, 1001, 1000), 413)
        self.assertEqual(answer.json["code"], "limit_exceeded")

    def test_a_body_too_long_is_refused_before_it_is_sent(self):
        with socket.create_connection(("127.0.0.1",
                                       self.server.port)) as client:
            client.sendall(b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\n"
                           b"Content-Length: 100001\r\n\r\n")
            answer = client.recv(10000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 413"), answer)
        self.assertIn(b"the body has 100001 bytes; at most 100000", answer)

    def test_a_chunked_body_too_long_is_refused(self):
        connection = self.server.connect()
        connection.request("POST", "/v1/detect",
                           iter([b"x" * 60000, b"x" * 60000]),
                           encode_chunked=True,
                           headers={"Transfer-Encoding": "chunked"})
        self.assertEqual(Answer(connection.getresponse()).status, 413)
        connection.close()

    def test_what_is_no_http_is_refused(self):
        with socket.create_connection(("127.0.0.1",
                                       self.server.port)) as client:
            client.sendall(b"\x16\x03\x01 hello\r\n\r\n")
            answer = client.recv(10000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 400"), answer)

    def test_a_head_that_does_not_end_is_cut_off(self):
        with socket.create_connection(("127.0.0.1",
                                       self.server.port)) as client:
            client.settimeout(30)
            client.sendall(b"GET /v1/health HTTP/1.1\r\nX-Slow: ")
            self.assertEqual(client.recv(100), b"")

    def test_unknown_paths_and_methods_are_told_apart(self):
        self.fails(self.ask("GET", "/v1/faces", status=404), "not_found", None,
                   "no resource /v1/faces")
        self.fails(self.ask("PUT", "/v1/detect", status=405),
                   "method_not_allowed", None, "method is PUT; must be POST")

    def test_a_body_that_is_not_json_is_refused(self):
        answer = self.ask("POST", "/v1/detect", b"{", 400,
                          headers={"Content-Type": "application/json"})
        self.fails(answer, "invalid_argument", None,
                   "the body is not JSON: wrong at byte 2")

    def test_other_host_names_are_refused(self):
        self.ask("GET", "/v1/models", status=403,
                 headers={"Host": "evil.example"})


class People(ServerTest):
    def setUp(self):
        super().setUp()
        self.reader = self.key("read")
        self.enroller = self.key("enrol")
        self.boss = self.key("administer")

    def enroll(self, name, color, status=201, path="?min_quality=0", **more):
        return self.ask("POST", f"/v1/subjects/{name}/faces{path}",
                        self.png(color), status, key=self.enroller, **more)

    def identify(self, color, query=""):
        return self.ask("POST", f"/v1/identify{query}",
                        self.png(color)).json["faces"]

    def test_a_known_person_is_named_and_a_stranger_is_not(self):
        self.enroll("Ada", RED)
        self.enroll("Grace", GREEN)
        face, = self.identify(REDDISH)
        self.assertEqual(face["decision"], "match")
        self.assertEqual([c["subject"] for c in face["candidates"]],
                         ["Ada", "Grace"])
        face = self.identify(BLUE, "?max_faces=1")[0]
        self.assertEqual(face["decision"], "unknown")

    def test_a_gallery_of_another_embedder_is_told_in_the_log(self):
        self.run_mien("enroll", "--gallery", self.gallery, "--subject", "Ada",
                      "--min-quality", "0", "--embedder",
                      self.models / "teacher.onnx", self.picture("a.png", RED))
        self.identify(RED)
        self.server.stop()
        self.assertRegex("".join(self.server.log),
                         "event=index notice=.*and none of tiny-embedder, "
                         "sha256:.*, so nobody in it is found")

    def test_writing_needs_a_key_that_allows_it(self):
        path = "/v1/subjects/Ada/faces?min_quality=0"
        self.fails(self.ask("POST", path, self.png(RED), 401), "unauthorized",
                   None, KEY_NEEDED)
        self.ask("POST", path, self.png(RED), 401, key="wrong")
        self.fails(self.ask("POST", path, self.png(RED), 403, key=self.reader),
                   "forbidden", None,
                   "the key does not allow this; it needs the role enrol")
        self.ask("POST", path, self.png(RED), 201, key=self.enroller)
        self.ask("DELETE", "/v1/subjects/Ada", status=403, key=self.enroller)
        self.ask("DELETE", "/v1/subjects/Ada", key=self.boss)

    def test_a_revoked_key_stops_working_at_once(self):
        self.enroll("Ada", RED)
        listed = self.run_mien("serve", "keys", "list", "--gallery",
                               self.gallery, "--json", models=False).stdout
        for line in listed.splitlines():
            self.run_mien("serve", "keys", "revoke", "--gallery", self.gallery,
                          json.loads(line)["id"], models=False)
        self.enroll("Ada", GREEN, 401)

    def test_people_can_be_listed_page_by_page(self):
        for name in ("Cleo", "Ada", "Bea"):
            self.ask("POST", "/v1/subjects", {"name": name}, 201,
                     key=self.enroller)
        first = self.ask("GET", "/v1/subjects?limit=2").json
        self.assertEqual([s["name"] for s in first["subjects"]],
                         ["Ada", "Bea"])
        self.assertEqual((first["next"], first["total"]), ("Bea", 3))
        rest = self.ask("GET", "/v1/subjects?limit=2&after=Bea").json
        self.assertEqual([s["name"] for s in rest["subjects"]], ["Cleo"])
        self.assertIsNone(rest["next"])

    def test_people_can_be_renamed_described_and_merged(self):
        self.enroll("Ada", RED)
        self.enroll("Ada%20L.", REDDISH)
        changed = self.ask("PATCH", "/v1/subjects/Ada",
                           {"name": "Countess", "metadata": {"desk": 7}},
                           key=self.boss).json
        self.assertEqual((changed["name"], changed["metadata"]),
                         ("Countess", {"desk": 7}))
        merged = self.ask("POST", "/v1/subjects/Countess/merge",
                          {"from": "Ada L."}, key=self.boss).json
        self.assertEqual(merged["faces"], 2)
        self.ask("GET", "/v1/subjects/Ada%20L.", status=404)

    def test_a_face_can_be_listed_and_deleted(self):
        face = self.enroll("Ada", RED).json
        self.assertTrue(face["new"])
        self.assertFalse(self.enroll("Ada", RED, 200).json["new"])
        listed = self.ask("GET", "/v1/subjects/Ada/faces").json["faces"]
        self.assertEqual([f["id"] for f in listed], [face["id"]])
        path = f"/v1/subjects/Ada/faces/{face['id']}"
        self.ask("GET", path + "/picture", status=404)
        self.ask("DELETE", path, key=self.boss)
        self.assertEqual(self.identify(RED)[0]["candidates"], [])

    def test_a_poor_picture_is_refused_with_advice(self):
        answer = self.enroll("Ada", RED, 422, "?min_quality=1")
        self.assertEqual(answer.json["code"], "invalid_image")
        self.assertIn("quality", answer.json["message"])

    def test_collections_do_not_see_one_another(self):
        staff = self.key("enrol", "--collection", "staff")
        self.ask("POST", "/v1/subjects/Ada/faces?min_quality=0", self.png(RED), 201,
                 key=staff)
        self.assertEqual(self.identify(RED)[0]["candidates"], [])
        face, = self.identify(RED, "?collection=staff")
        self.assertEqual(face["candidates"][0]["subject"], "Ada")
        self.fails(self.ask("GET", "/v1/subjects?collection=default",
                            status=404, key=staff),
                   "not_found", "collection",
                   'no collection "default" for this key')
        self.assertEqual(self.ask("GET", "/v1/collections", key=staff).json,
                         {"collections": [{"name": "staff", "faces": 1}]})

    def test_what_was_acknowledged_survives_a_kill(self):
        self.enroll("Ada", RED)
        self.server.stop(signal.SIGKILL)
        self.server = self.start()
        self.assertEqual(self.identify(RED)[0]["candidates"][0]["subject"],
                         "Ada")


class Operation(ServerTest):
    flags = ("--keep-thumbnails", "--rate", "1000")

    def test_answers_carry_the_request_s_id(self):
        answer = self.ask("GET", "/v1/health",
                          headers={"X-Request-Id": "abc-1"})
        self.assertEqual(answer.headers["x-request-id"], "abc-1")
        answer = self.ask("GET", "/v1/health",
                          headers={"X-Request-Id": "a b\tc"})
        self.assertEqual(answer.headers["x-request-id"], "1")

    def test_no_other_origin_is_let_in(self):
        answer = self.ask("GET", "/v1/models",
                          headers={"Origin": "http://evil.example"})
        self.assertNotIn("access-control-allow-origin", answer.headers)

    def test_a_connection_serves_many_requests(self):
        connection = self.server.connect()
        for _ in range(3):
            connection.request("GET", "/v1/health")
            self.assertEqual(Answer(connection.getresponse()).status, 200)
        connection.close()

    def test_kept_pictures_can_be_seen(self):
        key = self.key("enrol")
        face = self.ask("POST", "/v1/subjects/Ada/faces?min_quality=0", self.png(RED), 201,
                        key=key).json
        self.assertTrue(face["has_picture"])
        answer = self.ask("GET", f"/v1/subjects/Ada/faces/{face['id']}/picture")
        self.assertEqual(answer.headers["content-type"], "image/jpeg")
        self.assertEqual(answer.body[:2], b"\xff\xd8")

    def test_metrics_count_requests_faces_and_batches(self):
        self.ask("POST", "/v1/embed", self.png(RED))
        text = self.ask("GET", "/metrics").body.decode()
        self.assertIn('mien_requests_total{route="/v1/embed",method="POST",'
                      'status="200"} 1\n', text)
        self.assertIn("mien_batch_faces_count 1\n", text)
        self.assertIn('mien_stage_seconds_count{stage="detect"} 1\n', text)
        self.assertIn("process_resident_memory_bytes ", text)

    def test_the_log_names_nobody_and_the_audit_log_everything_changed(self):
        self.ask("POST", "/v1/subjects/Ada/faces?min_quality=0", self.png(RED), 201,
                 key=self.key("enrol"))
        self.assertEqual(self.server.stop(), 0)
        log = "".join(self.server.log)
        self.assertNotIn("Ada", log)
        self.assertIn("event=audit ", log)
        self.assertIn('action="POST /v1/subjects/{subject}/faces" status=201 '
                      'on="subject=1 face=1"', log.replace('\\"', '"'))

    def buffered_bytes(self):
        text = self.ask("GET", "/metrics").body.decode()
        return float(re.search(r"^mien_buffered_bytes (\S+)", text, re.M)[1])

    def wait_until(self, condition):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline)

    def refuses_connections(self):
        try:
            connection = self.server.connect(timeout=1)
            connection.connect()
        except OSError:
            return True
        connection.close()
        return False

    def test_a_stop_finishes_what_was_accepted(self):
        picture = self.png(RED)
        with socket.create_connection(("127.0.0.1",
                                       self.server.port)) as client:
            client.sendall(b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(picture) +
                           picture[:50])
            self.wait_until(lambda: self.buffered_bytes() > 0)
            self.server.process.send_signal(signal.SIGTERM)
            self.wait_until(self.refuses_connections)
            client.sendall(picture[50:])
            answer = client.recv(10000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)
        self.assertIn(b"Connection: close", answer)
        self.assertEqual(self.server.stop(), 0)

    @unittest.skipUnless(shutil.which("openssl"), "needs openssl")
    def test_with_a_certificate_it_speaks_tls_1_2_and_newer_only(self):
        certificate, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-days", "2", "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
        server = self.start("--tls-cert", certificate, "--tls-key", key)
        trusting = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection(
            "localhost", server.port, timeout=60, context=trusting)
        connection.request("GET", "/v1/health")
        self.assertEqual(Answer(connection.getresponse()).json["status"], "ok")
        connection.close()

        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("localhost", server.port)) as plain:
            with self.assertRaises((ssl.SSLError, OSError)):
                old.wrap_socket(plain)

    def test_the_networks_have_run_before_it_listens(self):
        self.assertRegex(self.server.log[-2], r"event=warm ms=\d+")
        self.assertIn("event=listening", self.server.log[-1])

    def test_networks_that_fail_are_told_before_it_listens(self):
        server = self.start("--embedder", self.models / "zeros.onnx")
        self.assertIn('event=warm notice="embedder: the network gives an '
                      'embedding of length 0', server.log[-2])
        self.assertEqual(server.request("GET", "/v1/health").status, 200)

    def test_check_says_what_is_there(self):
        answer = self.run_mien("serve", "--check", "--gallery", self.gallery)
        self.assertIn("detector ultraface, embedder tiny-embedder sha256:",
                      answer.stdout)
        self.assertIn("0 API keys in ", answer.stdout)


if __name__ == "__main__":
    unittest.main()
