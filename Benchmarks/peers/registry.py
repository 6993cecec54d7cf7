"""docker-registry, the image store: it takes a blob in one PUT, and refuses what has not the SHA-256 it is sent as."""

from pathlib import Path
from urllib.parse import urlsplit

from harness.content import Content
from harness.line import Line
from harness.machine import first_line
from harness.servers import Server, free_port

CONFIGURATION = """
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  filesystem: {{rootdirectory: {folder}/files}}
  cache: {{blobdescriptor: inmemory}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class Registry(Server):
    def __init__(self, folder: Path):
        folder.mkdir()
        self.files = folder / "files"
        port = free_port()
        configuration = folder / "config.yml"
        configuration.write_text(CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
        super().__init__(["docker-registry", "serve", configuration], folder, {})
        self.url = f"http://127.0.0.1:{port}"
        self.wait()

    @staticmethod
    def version() -> str:
        return first_line("dpkg-query", "-W", "-f", "${Version}", "docker-registry")

    def put(self, content: Content) -> Path:
        """A monolithic upload: it hashes while it writes, syncs the file, and gives it its name."""
        digest = content.sha256.hex()
        with Line(self.url) as line:
            head, _ = line.send("POST", "/v2/bench/blobs/uploads/", {})
            place = urlsplit(head["Location"])
            path = f"{place.path}?{place.query}&digest=sha256:{digest}"
            line.send("PUT", path, {"Content-Type": "application/octet-stream"}, content)
        return self.files / "docker/registry/v2/blobs/sha256" / digest[:2] / digest / "data"
