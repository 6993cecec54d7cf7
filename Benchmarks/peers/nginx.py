"""nginx with its best for large files: sendfile on the way out, DAV PUT on the way in. It checks neither."""

import os
from pathlib import Path

from harness.content import Content
from harness.line import Line
from harness.machine import first_line
from harness.servers import Server, free_port

CONFIGURATION = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
worker_processes auto;
events {{ worker_connections 256; }}
http {{
    access_log off;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {folder}/body;
    client_body_buffer_size 1m;
    client_max_body_size 0;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/files;
        dav_methods PUT;
    }}
}}
"""


class Nginx(Server):
    def __init__(self, folder: Path):
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        port = free_port()
        # Its workers leave root for a user who may not write here.
        user = "user root;" if os.geteuid() == 0 else ""
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(user=user, folder=folder, port=port), encoding="utf-8")
        super().__init__(["/usr/sbin/nginx", "-p", folder, "-c", configuration], folder, {})
        self.url = f"http://127.0.0.1:{port}"
        self.wait()

    @staticmethod
    def version() -> str:
        return first_line("/usr/sbin/nginx", "-v").split("/")[-1]

    def put(self, content: Content) -> Path:
        """Writes a temporary file and gives it its name; says that it is there without syncing it."""
        with Line(self.url) as line:
            line.send("PUT", "/stored", {}, content)
        return self.files / "stored"
