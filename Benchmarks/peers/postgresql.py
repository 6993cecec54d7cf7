"""A PostgreSQL of our own: a fresh cluster in a folder, reached through a Unix socket, gone afterwards."""

import os
import re
import shutil
import subprocess
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")

# As Debian ships it, durable, with more of the memory for its pages. No network: the socket is the shorter way.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "512MB",
    "listen_addresses": "",
}


class Cluster:
    def __init__(self, folder: Path):
        self.folder = folder
        self.data = folder / "data"
        # PostgreSQL refuses to run as root; Debian's package brings a user for it.
        is_root = os.geteuid() == 0
        self.step_down = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if is_root else []

    def __enter__(self):
        self.folder.mkdir(mode=0o700)
        if self.step_down:
            shutil.chown(self.folder, "postgres", "postgres")
        self.run("initdb", "--no-sync", "--auth=trust", "--username=bench", "--encoding=UTF8", "--locale=C", self.data)
        options = [f"-c {name}='{value}'" for name, value in SETTINGS.items()]
        options.append(f"-c unix_socket_directories='{self.folder}'")
        self.run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-o", " ".join(options), "start")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def run(self, program: str, *arguments) -> None:
        command = [*self.step_down, PROGRAMS / program, *arguments]
        subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, check=True)

    @property
    def connection(self) -> list[str]:
        return ["--host", str(self.folder), "--username", "bench"]

    def query(self, statement: str) -> str:
        """The first column of the first row."""
        command = [PROGRAMS / "psql", *self.connection, "--no-psqlrc", "-qAt", "-c", statement, "postgres"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def bench(self, script: Path, clients: int, seconds: int, variables: dict[str, str]) -> tuple[int, float]:
        """Runs pgbench with prepared statements; returns the transactions and their rate without the connecting."""
        command = [PROGRAMS / "pgbench", *self.connection, "--no-vacuum", "--protocol=prepared", f"--client={clients}"]
        command += ["--jobs=2", f"--time={seconds}", f"--file={script}"]
        command += [f"--define={name}={value}" for name, value in variables.items()]
        done = subprocess.run([*command, "postgres"], capture_output=True, text=True, check=True)
        count = re.search(r"transactions actually processed: (\d+)", done.stdout)
        failed = re.search(r"failed transactions: (\d+)", done.stdout)
        rate = re.search(r"tps = ([\d.]+)", done.stdout)
        if not count or not rate or (failed and failed[1] != "0"):
            raise RuntimeError(f"pgbench went wrong:\n{done.stdout}\n{done.stderr}")
        return int(count[1]), float(rate[1])
