"""The client's side of a transfer, the same for every server: it costs little, and it checks every byte."""

import contextlib
import http.client
import os
import selectors
import socket
from urllib.parse import urlsplit

from harness.content import Content

# What is received is compared while it is still in the processor's cache.
BUFFER = 2**19
TIMEOUT_SECONDS = 120


class Line:
    """One connection, kept open from request to request."""

    def __init__(self, url: str, headers: dict[str, str] | None = None):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_SECONDS)
        self.headers = headers or {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def send(
        self, method: str, path: str, headers: dict[str, str], body: Content | bytes = b"", part: range | None = None
    ) -> tuple[http.client.HTTPMessage, bytes]:
        """One request; of a content all bytes or those of `part`. Returns head and body of an answer in 200–299."""
        part = part or range(body.size if isinstance(body, Content) else len(body))
        self.connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in {**self.headers, **headers, "Content-Length": str(len(part))}.items():
            self.connection.putheader(name, value)
        self.connection.endheaders(None if isinstance(body, Content) else body)
        if isinstance(body, Content):
            self.send_file(body.file, part)
        answer = self.connection.getresponse()
        said = answer.read()
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:500]}")
        return answer.headers, said

    def send_file(self, file: int, part: range) -> None:
        """Hands the pages of the file to the socket: no copy, and hardly any time of the processor on this side."""
        at, line = part.start, self.connection.sock.fileno()
        self.connection.sock.setblocking(True)
        while at < part.stop:
            at += os.sendfile(line, file, at, part.stop - at)


class Part:
    """One connection on which a part of a content comes in; what has come is compared at once."""

    def __init__(self, url: str, headers: dict[str, str], content: Content, part: range):
        address = urlsplit(url)
        self.content, self.at, self.end = content, part.start, part.stop
        self.socket = socket.create_connection((address.hostname, address.port), TIMEOUT_SECONDS)
        is_whole = len(part) == content.size
        fields = {**headers, "Host": address.netloc}
        if not is_whole:
            fields["Range"] = f"bytes={part.start}-{part.stop - 1}"
        lines = [f"GET {address.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.take_head(200 if is_whole else 206, len(part))
        self.socket.setblocking(False)

    def take_head(self, status: int, length: int) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.socket.recv(4096)
            if not more:
                raise RuntimeError(f"no answer but {head!r}")
            head += more
        head, begun = head.split(b"\r\n\r\n", 1)
        lines = head.decode().lower().split("\r\n")
        if not lines[0].startswith(f"http/1.1 {status} ") or f"content-length: {length}" not in lines:
            raise RuntimeError(f"not what was asked for: {lines}")
        self.check(begun, len(begun))

    def take(self, buffer: bytearray) -> bool:
        """Takes what is there; true at the end."""
        count = self.socket.recv_into(buffer, min(len(buffer), self.end - self.at))
        if not count:
            raise RuntimeError(f"it ends at {self.at} instead of {self.end}")
        self.check(buffer, count)
        return self.at == self.end

    def check(self, received: bytes | bytearray, count: int) -> None:
        self.content.require(received, self.at, count)
        self.at += count


def receive(url: str, headers: dict[str, str], content: Content, connections: int) -> None:
    """Gets the whole content over so many connections at once, an equal part over each, on one thread."""
    step = content.size // connections
    if step * connections != content.size:
        raise ValueError("the size is no multiple of the connections")
    buffer = bytearray(BUFFER)
    with contextlib.ExitStack() as open_sockets, selectors.DefaultSelector() as selector:
        for start in range(0, content.size, step):
            part = Part(url, headers, content, range(start, start + step))
            open_sockets.callback(part.socket.close)
            selector.register(part.socket, selectors.EVENT_READ, part)
        while selector.get_map():
            ready = selector.select(TIMEOUT_SECONDS)
            if not ready:
                raise TimeoutError("nothing comes any more")
            for key, _ in ready:
                if key.data.take(buffer):
                    selector.unregister(key.fileobj)
