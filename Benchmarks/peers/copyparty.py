"""copyparty, a file server in Python: a PUT that is hashed as a whole, or its own protocol of hashed chunks."""

import base64
import json
import sys
from importlib.metadata import version
from pathlib import Path

from harness.content import MIB, Content
from harness.line import Line
from harness.servers import Server, free_port

# What its own client makes of a file of 1 GiB (at most 256 chunks), and how much that sends in one request.
CHUNK = 4 * MIB
REQUEST = 64 * MIB


class Copyparty(Server):
    def __init__(self, folder: Path):
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        port = free_port()
        command = [sys.executable, "-m", "copyparty", "-q", "-i", "127.0.0.1", "-p", port, "-v", f"{self.files}::rwmd"]
        # SHA-256 has instructions of its own in the processor; its default, SHA-512, has not.
        command += ["--put-ck", "sha256", "--no-thumb"]
        super().__init__(command, folder, {"XDG_CONFIG_HOME": str(folder)})
        self.url = f"http://127.0.0.1:{port}"
        self.wait()

    @staticmethod
    def version() -> str:
        return version("copyparty")

    def put(self, content: Content) -> Path:
        """Hashes while it writes, and says the digest: whoever sent the file compares."""
        with Line(self.url, {"Accept": "application/json"}) as line:
            _, said = line.send("PUT", "/put?j", {}, content)
        if json.loads(said)["sha_b64"] != base64.urlsafe_b64encode(content.sha256).decode():
            raise RuntimeError(f"copyparty tells of another digest: {said!r}")
        return self.files / "put"

    def send_chunks(self, content: Content, chunks: list[str]) -> Path:
        """Tells it the digests of the chunks and sends them; it compares each one. No sync."""
        manifest = {"name": "chunks", "size": content.size, "lmod": 1_700_000_000, "hash": chunks}
        body = json.dumps(manifest).encode()
        with Line(self.url) as line:
            upload = json.loads(line.send("POST", "/", {"Content-Type": "text/plain"}, body)[1])
            if upload["hash"] != chunks:
                raise RuntimeError("copyparty has some of it already")
            per_request = REQUEST // CHUNK
            for first in range(0, len(chunks), per_request):
                headers = {
                    "Content-Type": "application/octet-stream", "X-Up2k-Wark": upload["wark"],
                    "X-Up2k-Hash": ",".join(chunks[first:first + per_request]),
                }
                start = first * CHUNK
                part = range(start, min(start + REQUEST, content.size))
                line.send("POST", upload["purl"], headers, content, part)
            rest = json.loads(line.send("POST", "/", {"Content-Type": "text/plain"}, body)[1])
        if rest["hash"]:
            raise RuntimeError("copyparty still wants some of it")
        return self.files / "chunks"

    @staticmethod
    def digests(content: Content) -> list[str]:
        """Of the chunks, as it wants them: the first 33 bytes of the SHA-512, in Base64."""
        return [base64.urlsafe_b64encode(digest[:33]).decode() for digest in content.digests("sha512", CHUNK)]
