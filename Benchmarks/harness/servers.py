"""Servers that are started for a measurement, and the load that is put on them."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from harness.page import REPOSITORY

PAWL = REPOSITORY / ".build" / "release" / "pawl"
START_SECONDS = 20
STOP_SECONDS = 15


class Server:
    """A child process that answers at `url`; ended with the block that it was started for."""

    def __init__(self, command: list, folder: Path, environment: dict[str, str]):
        self.process = subprocess.Popen(
            [str(word) for word in command], cwd=folder, env={**os.environ, **environment}, stdout=subprocess.PIPE,
            text=True)
        self.url = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def wait(self) -> None:
        """Until it answers anything at all, for a server that does not say when it is ready."""
        address = urlsplit(self.url)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                connection = http.client.HTTPConnection(address.hostname, address.port, timeout=START_SECONDS)
                connection.request("GET", "/")
                connection.getresponse().read()
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.__exit__()
                    raise
                time.sleep(0.1)
            finally:
                connection.close()

    def get(self, path: str, key: str | None) -> tuple[int, dict, str | None]:
        """Status, JSON body and ETag of one request."""
        return request(self.url + path, key)


class Pawl(Server):
    """The release build, but for its rate limits with its own defaults: no configuration file lies where it starts."""

    # A bench is one caller with one key, which is what a rate limit is there to slow down.
    SETTINGS = {
        "PAWL_LOG_LEVEL": "warning", "PAWL_LIMITS_KEYS": "0", "PAWL_LIMITS_PLAYERS": "0", "PAWL_LIMITS_ADDRESSES": "0",
    }

    def __init__(self, storage: Path, port: int = 0):
        command = [PAWL, "serve", "--port", port, "--storage", storage]
        super().__init__(command, storage.parent, self.SETTINGS)
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if not found:
            raise RuntimeError("pawl serve did not start")
        self.url = found[0]
        self.key = (storage / "admin.key").read_text(encoding="utf-8").strip()

    def create(self, resource: str, body: dict) -> dict:
        status, row, _ = request(f"{self.url}/v1/{resource}", self.key, body)
        if status != 201:
            raise RuntimeError(f"{resource} could not be made: {row}")
        return row


class Uvicorn(Server):
    """A FastAPI app on uvicorn, with uvloop and httptools and without a log of requests."""

    def __init__(self, folder: Path, app: str, workers: int, environment: dict[str, str]):
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "--app-dir", REPOSITORY / "Benchmarks" / "peers", f"{app}:app"]
        command += ["--port", port, "--workers", workers, "--loop", "uvloop", "--http", "httptools"]
        command += ["--no-access-log", "--log-level", "warning"]
        super().__init__(command, folder, environment)
        self.url = f"http://127.0.0.1:{port}"
        self.wait()


def request(url: str, key: str | None, body: dict | None = None) -> tuple[int, dict, str | None]:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    data = json.dumps(body).encode() if body is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=10) as answer:
            return answer.status, json.load(answer), answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wrk(url: str, key: str, connections: int, seconds: int) -> float:
    """Requests per second with one thread of wrk and connections kept alive; any answer but 2xx is an error."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-H", f"Authorization: Bearer {key}", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not rate or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"wrk met errors:\n{said}")
    return float(rate[1])
