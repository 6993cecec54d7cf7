"""The tus server of `resumable-upload`, in Python: it compares the checksum of every PATCH."""

import base64
import sys
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from harness.content import MIB, Content
from harness.line import Line
from harness.servers import Server, free_port

# It holds the body of a request in memory until the checksum is found right.
CHUNK = 8 * MIB


class Tus(Server):
    def __init__(self, folder: Path):
        folder.mkdir()
        self.files = folder / "files"
        port = free_port()
        command = [sys.executable, "-m", "resumable_upload", "serve", "--host", "127.0.0.1", "--port", port]
        command += ["--upload-dir", self.files, "--db-path", folder / "tus.sqlite", "--log-level", "ERROR"]
        super().__init__(command, folder, {})
        self.url = f"http://127.0.0.1:{port}"
        self.wait()

    @staticmethod
    def version() -> str:
        return version("resumable-upload")

    def patch(self, content: Content, chunks: list[str]) -> Path:
        """One PATCH after the other over one connection, each with the SHA-1 of its body. No sync."""
        with Line(self.url, {"Tus-Resumable": "1.0.0"}) as line:
            head, _ = line.send("POST", "/files", {"Upload-Length": str(content.size)})
            path = urlsplit(head["Location"]).path
            for number, checksum in enumerate(chunks):
                start = number * CHUNK
                headers = {
                    "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(start),
                    "Upload-Checksum": f"sha1 {checksum}",
                }
                line.send("PATCH", path, headers, content, range(start, min(start + CHUNK, content.size)))
        return self.files / path.rsplit("/", 1)[-1]

    @staticmethod
    def digests(content: Content) -> list[str]:
        return [base64.b64encode(digest).decode() for digest in content.digests("sha1", CHUNK)]
