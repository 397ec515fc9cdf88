# SPDX-License-Identifier: Apache-2.0
"""A running `mien serve`, and requests to it, with the standard library."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import uuid

from program import TinyModelsTest


def form(fields):
    """A multipart body and its type; a value in bytes is a file, or a tuple of
    file name and bytes."""
    boundary = uuid.uuid4().hex
    body = b""
    for name, value in fields:
        disposition = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(value, bytes):
            value = (f"{name}.png", value)
        if isinstance(value, tuple):
            disposition += f'; filename="{value[0]}"'
            value = value[1]
        else:
            value = str(value).encode()
        body += (f"--{boundary}\r\n{disposition}\r\n\r\n".encode() + value +
                 b"\r\n")
    body += f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {k.lower(): v for k, v in response.getheaders()}
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """The program as a process, on a port that the system chose."""

    def __init__(self, arguments):
        self.process = subprocess.Popen(
            [os.environ["MIEN"], "serve", "--port", "0", *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.log = []
        self.port = None
        for line in self.process.stderr:
            self.log.append(line)
            listening = re.search(r"event=listening .*port=(\d+)", line)
            if listening:
                self.port = int(listening.group(1))
                break
        self.reader = threading.Thread(
            target=lambda: self.log.extend(self.process.stderr))
        self.reader.start()

    def connect(self, timeout=60):
        return http.client.HTTPConnection("127.0.0.1", self.port,
                                          timeout=timeout)

    def request(self, method, path, body=None, headers=None, key=None):
        headers = dict(headers or {})
        if key:
            headers["x-api-key"] = key
        if isinstance(body, list):
            body, headers["Content-Type"] = form(body)
        elif isinstance(body, dict):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        connection = self.connect()
        connection.request(method, path, body, headers)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def stop(self, how=signal.SIGTERM):
        """Ends the process and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class ServerTest(TinyModelsTest):
    """A server of its own per test, with the tiny networks."""

    flags = ()

    def setUp(self):
        super().setUp()
        self.gallery = self.folder / "people.db"
        self.server = self.start(*self.flags)

    def start(self, *flags):
        server = Server(["--gallery", self.gallery, "--models", self.models,
                         *flags])
        self.addCleanup(server.stop)
        self.assertIsNotNone(server.port, "".join(server.log))
        return server

    def key(self, role, *flags):
        return self.run_mien("serve", "keys", "add", "--gallery", self.gallery,
                             "--role", role, *flags, models=False
                             ).stdout.strip()

    def png(self, color, width=64, height=64):
        with open(self.picture("p.png", color, width, height), "rb") as file:
            return file.read()

    def ask(self, method, path, body=None, status=200, **more):
        answer = self.server.request(method, path, body, **more)
        self.assertEqual(answer.status, status, answer.body[:500])
        return answer

    def fails(self, answer, code, field, message):
        self.assertEqual(answer.json,
                         {"code": code, "field": field, "message": message})
