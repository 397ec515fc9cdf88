#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads `mien serve` over loopback and says how it fares.

usage: server_load.py MIEN TEST [--models DIR] [--seconds N] [--requests N]

Tests:
  levels  verify and identify with 1, 8, 64 and 512 clients at once
  idle    one client beside 1,000 idle connections and 200 clients that send one
          byte a second, and without them, in turns
  soak    --requests mixed requests of which a tenth is hostile
  kill    kill -9 while 8 clients enrol, then whether all that was acknowledged
          is there

Clients honour Retry-After. Uses the standard library alone.
"""
import argparse
import heapq
import http.client
import json
import os
import pathlib
import random
import re
import selectors
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
LEVELS = (1, 8, 64, 512)
NUM_IDLE, NUM_SLOW = 1000, 200


def picture(name):
    return (SAMPLES / name).read_bytes()


def request(method, path, body=b"", content_type="image/jpeg", headers=""):
    return (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}"
            f"Content-Type: {content_type}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def form(**files):
    body = b"".join(
        f'--XX\r\nContent-Disposition: form-data; name="{name}"; '
        f'filename="{name}.jpg"\r\n\r\n'.encode() + content + b"\r\n"
        for name, content in files.items()) + b"--XX--\r\n"
    return body, "multipart/form-data; boundary=XX"


def verify_request():
    return request("POST", "/v1/verify",
                   *form(a=picture("ada_1.jpg"), b=picture("ada_2.jpg")))


def identify_request():
    return request("POST", "/v1/identify", picture("ada_1.jpg"))


class Server:
    def __init__(self, mien, folder, models, *flags):
        self.gallery = pathlib.Path(folder) / "people.db"
        self.mien = mien
        where = ["--models", models] if models else []
        start = time.monotonic()
        self.process = subprocess.Popen(
            [mien, "serve", "--port", "0", "--gallery", str(self.gallery),
             *where, *flags], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if match := re.search(r"event=listening .*port=(\d+)", line):
                self.port = int(match.group(1))
                break
        else:
            sys.exit("the server did not start")
        self.start_seconds = time.monotonic() - start
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        for _ in self.process.stderr:
            pass

    def key(self, role):
        return subprocess.run(
            [self.mien, "serve", "keys", "add", "--gallery", str(self.gallery),
             "--role", role], capture_output=True, text=True,
            check=True).stdout.strip()

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=120)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

    def megabytes(self):
        _, text = self.ask("GET", "/metrics")
        return float(re.search(rb"^process_resident_memory_bytes (\S+)", text,
                               re.M)[1]) / 1e6

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        user, system = fields.rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(timeout=120)


class Answer:
    """One HTTP answer being read; `whole` when it has arrived."""

    def __init__(self):
        self.data = b""
        self.whole = False
        self.status = 0
        self.retry_after = 0.0
        self.closes = False

    def feed(self, data):
        self.data += data
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.data[:end].decode("latin-1")
        length = re.search(r"(?i)^content-length: *(\d+)", head, re.M)
        if len(self.data) < end + 4 + int(length.group(1)):
            return
        self.status = int(head.split()[1])
        self.closes = bool(re.search(r"(?im)^connection: *close", head))
        if retry := re.search(r"(?im)^retry-after: *(\d+)", head):
            self.retry_after = float(retry.group(1))
        self.body = self.data[end + 4:]
        self.whole = True


class Client:
    """A connection that sends one request after the other."""

    def __init__(self, port):
        self.port = port
        self.socket = None

    def open(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setblocking(False)

    def begin(self, data):
        if self.socket is None:
            self.open()
        self.rest = memoryview(data)
        self.answer = Answer()
        self.started = time.monotonic()

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def drive(port, num_clients, make_request, until):
    """Keeps `num_clients` requests under way until until(answers) says so;
    returns [(seconds, status)]."""
    selector = selectors.DefaultSelector()
    answers, waiting = [], []
    clients = [Client(port) for _ in range(num_clients)]

    def begin(client):
        client.begin(make_request())
        selector.register(client.socket,
                          selectors.EVENT_READ | selectors.EVENT_WRITE, client)

    def end(client, status):
        answers.append((time.monotonic() - client.started, status))
        selector.unregister(client.socket)
        if status == 0 or client.answer.closes:
            client.close()
        heapq.heappush(waiting, (time.monotonic() + client.answer.retry_after,
                                 id(client), client))

    for client in clients:
        heapq.heappush(waiting, (0.0, id(client), client))
    while not until(answers):
        while waiting and waiting[0][0] <= time.monotonic():
            begin(heapq.heappop(waiting)[2])
        for key, events in selector.select(0.05):
            client = key.data
            try:
                if events & selectors.EVENT_WRITE and client.rest:
                    client.rest = client.rest[client.socket.send(client.rest):]
                    if not client.rest:
                        selector.modify(client.socket, selectors.EVENT_READ,
                                        client)
                if events & selectors.EVENT_READ:
                    data = client.socket.recv(1 << 20)
                    client.answer.feed(data)
                    if client.answer.whole:
                        end(client, client.answer.status)
                    elif not data:
                        end(client, 0)
            except OSError:
                end(client, 0)
    for client in clients:
        client.close()
    return answers


def for_seconds(seconds):
    end = time.monotonic() + seconds
    return lambda answers: time.monotonic() >= end


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(**values):
    print(json.dumps({name: round(value, 4) if isinstance(value, float)
                      else value for name, value in values.items()}),
          flush=True)


def enroll_samples(server):
    key = server.key("enrol")
    for name in ("ada", "kofi", "mei", "ravi"):
        status, body = server.ask(
            "POST", f"/v1/subjects/{name}/faces", picture(f"{name}_1.jpg"),
            {"x-api-key": key})
        assert status in (200, 201), body


def levels(server, arguments):
    enroll_samples(server)
    report(test="rest", start_seconds=server.start_seconds,
           megabytes=server.megabytes())
    for name, data in (("verify", verify_request()),
                       ("identify", identify_request())):
        for num_clients in LEVELS:
            cpu, start = server.cpu_seconds(), time.monotonic()
            answers = drive(server.port, num_clients, lambda: data,
                            for_seconds(arguments.seconds))
            seconds = time.monotonic() - start
            good = [time for time, status in answers if status == 200]
            refused = sum(status == 503 for _, status in answers)
            report(test=name, clients=num_clients,
                   per_second=len(good) / seconds,
                   p50_ms=1000 * percentile(good, 0.5),
                   p99_ms=1000 * percentile(good, 0.99),
                   refused_per_second=refused / seconds,
                   other=len(answers) - len(good) - refused,
                   cpus=(server.cpu_seconds() - cpu) / seconds,
                   megabytes=server.megabytes())


class Crowd:
    """Idle connections, and slow ones that send a byte a second."""

    def __init__(self, port):
        self.idle, self.slow = [], []
        self.stopped = threading.Event()
        for _ in range(NUM_IDLE):
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(4096)
            self.idle.append(client)
        for _ in range(NUM_SLOW):
            self.slow.append(socket.create_connection(("127.0.0.1", port)))
        self.thread = threading.Thread(target=self.dribble, args=(port,))
        self.thread.start()

    def dribble(self, port):
        while not self.stopped.wait(1):
            for i, client in enumerate(self.slow):
                try:
                    client.sendall(b"G")
                except OSError:  # cut off: such clients come again
                    client.close()
                    self.slow[i] = socket.create_connection(("127.0.0.1",
                                                             port))

    def leave(self):
        self.stopped.set()
        self.thread.join()
        for client in self.idle + self.slow:
            client.close()


def fresh_times(server, num):
    times = []
    for _ in range(num):
        start = time.monotonic()
        status, _ = server.ask("POST", "/v1/detect", picture("ada_1.jpg"))
        assert status == 200
        times.append(time.monotonic() - start)
    return times


def idle(server, arguments):
    alone, among = [], []
    fresh_times(server, 5)
    for _ in range(5):
        alone += fresh_times(server, 20)
        crowd = Crowd(server.port)
        among += fresh_times(server, 20)
        crowd.leave()
    report(test="idle", idle=NUM_IDLE, slow=NUM_SLOW,
           alone_p50_ms=1000 * statistics.median(alone),
           among_p50_ms=1000 * statistics.median(among),
           ratio=statistics.median(among) / statistics.median(alone),
           megabytes=server.megabytes())


def pixel_bomb():
    """A PNG of 30,000 x 30,000 black pixels in few bytes."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0,
                                       0)) +
            chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) +
            chunk(b"IEND", b""))


def hostile_requests(rng):
    jpeg = picture("kofi_1.jpg")
    broken = bytearray(jpeg)
    for _ in range(50):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    boundary = "multipart/form-data; boundary=XX"
    return [
        request("POST", "/v1/detect", jpeg[:rng.randrange(len(jpeg))]),
        request("POST", "/v1/detect", bytes(broken)),
        request("POST", "/v1/detect", pixel_bomb(), "image/png"),
        request("POST", "/v1/detect", b"[" * 100_000, "application/json"),
        request("POST", "/v1/detect", b'{"image": 7}', "application/json"),
        request("POST", "/v1/detect", b'{"image": "*"}', "application/json"),
        request("POST", "/v1/verify", b"--XX\r\n" + jpeg[:1000], boundary),
        request("POST", "/v1/verify", rng.randbytes(5000), boundary),
        request("POST", "/v1/identify?fpir=nan", jpeg),
        request("DELETE", "/v1/subjects/ada"),
        request("POST", "/v1/nothing", jpeg),
        b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Length: 99999999999\r\n\r\n",
        rng.randbytes(200) + b"\r\n\r\n",
    ]


def soak(server, arguments):
    enroll_samples(server)
    rng = random.Random(1)
    small = picture("mei_1.jpg")
    friendly = [request("POST", "/v1/detect", small), identify_request(),
                verify_request(), request("GET", "/v1/subjects"),
                request("GET", "/v1/models"), request("GET", "/v1/health")]
    # Detection dominates; most requests are cheap, so that there are many.
    weights = [1, 1, 1, 10, 10, 10]
    memory, statuses = [], {}
    start = time.monotonic()
    done = 0
    while done < arguments.requests:
        def make():
            return (rng.choice(hostile_requests(rng)) if rng.random() < 0.1
                    else rng.choices(friendly, weights)[0])
        batch = min(arguments.requests - done, arguments.requests // 10)
        answers = drive(server.port, 16, make, lambda a: len(a) >= batch)
        done += len(answers)
        for _, status in answers:
            statuses[status] = statuses.get(status, 0) + 1
        memory.append(server.megabytes())
        report(test="soak", requests=done, megabytes=memory[-1],
               statuses=dict(sorted(statuses.items())))
    report(test="soak", requests=done, seconds=time.monotonic() - start,
           growth=memory[-1] / memory[len(memory) // 5] - 1,
           stopped_with=server.stop())


def kill(server, arguments):
    key = server.key("enrol")
    lock, acknowledged, started = threading.Lock(), set(), [0]

    def enroll():
        while True:
            with lock:
                started[0] += 1
                name = f"person{started[0]}"
            try:
                status, _ = server.ask("POST", "/v1/subjects",
                                       json.dumps({"name": name}),
                                       {"x-api-key": key, "Content-Type":
                                        "application/json"})
            except (OSError, http.client.HTTPException):
                return
            if status == 201:
                with lock:
                    acknowledged.add(name)

    threads = [threading.Thread(target=enroll) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(arguments.seconds)
    server.stop(signal.SIGKILL)
    for thread in threads:
        thread.join()
    again = Server(server.mien, server.gallery.parent, arguments.models)
    kept, after = set(), ""
    while after is not None:
        page = json.loads(again.ask(
            "GET", f"/v1/subjects?limit=1000&after={after}")[1])
        kept |= {subject["name"] for subject in page["subjects"]}
        after = page["next"]
    again.stop()
    report(test="kill", acknowledged=len(acknowledged),
           lost=len(acknowledged - kept), kept=len(kept))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mien")
    parser.add_argument("test", choices=("levels", "idle", "soak", "kill"))
    parser.add_argument("--models")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--requests", type=int, default=10_000)
    arguments = parser.parse_args()
    tests = {"levels": levels, "idle": idle, "soak": soak, "kill": kill}
    with tempfile.TemporaryDirectory() as folder:
        server = Server(arguments.mien, folder, arguments.models)
        try:
            tests[arguments.test](server, arguments)
        finally:
            if server.process.poll() is None:
                server.stop()


if __name__ == "__main__":
    main()
