"""The machine and the programs that a figure belongs to."""

import contextlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# Quiet is where half a second passes with at most a tenth of one processor in use.
QUIET_INTERVAL = 0.5
QUIET_SHARE = 0.1
QUIET_SECONDS_MAX = 120


def first_line(*command: str) -> str:
    """The first line that a command prints, to either stream."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout.strip().split("\n")[0]


def field(path: str, name: str) -> str:
    """The value after `name :` in a file under /proc or /etc."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith(name):
                return line.replace("=", ":", 1).split(":", 1)[1].strip().strip('"')
    return "unknown"


def file_system(path: str) -> str:
    return first_line("findmnt", "-no", "FSTYPE", "-T", path)


def facts(directory: str) -> list[tuple[str, str]]:
    """What there is to say of the machine, and of the disk that `directory` lies on."""
    memory = int(field("/proc/meminfo", "MemTotal").split()[0]) / 2**20
    return [
        ("processor", f"{os.cpu_count()} cores, {field('/proc/cpuinfo', 'model name')}"),
        ("memory", f"{memory:.0f} GiB"),
        ("system", f"{field('/etc/os-release', 'PRETTY_NAME')}, Linux {platform.release()}"),
        ("disk", file_system(directory)),
        ("Swift", first_line("swift", "--version").removeprefix("Swift version ")),
    ]


@contextlib.contextmanager
def folder_on_disk() -> Iterator[Path]:
    """A new folder on a real disk: in memory an fsync costs nothing. It goes with the block, and on SIGTERM too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    parent = os.environ.get("BENCH_DIR", "/var/tmp")
    if file_system(parent) in ("tmpfs", "ramfs"):
        sys.exit(f"{parent} lies in memory: name a folder on a disk in BENCH_DIR")
    folder = Path(tempfile.mkdtemp(prefix="pawl-bench-", dir=parent))
    # Servers with a user of their own go through it to their data.
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def busy_seconds() -> float:
    """What all processors have worked since boot, without waiting and without what the host took."""
    user, nice, system, _, _, irq, softirq, _ = ticks()
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def wait_until_quiet() -> None:
    """Waits, two minutes at the most, until the processors have nothing else to do."""
    deadline = time.monotonic() + QUIET_SECONDS_MAX
    while time.monotonic() < deadline:
        before = busy_seconds()
        time.sleep(QUIET_INTERVAL)
        if busy_seconds() - before <= QUIET_SHARE * QUIET_INTERVAL:
            return


def ticks() -> list[int]:
    """Ticks since boot: user, nice, system, idle, iowait, irq, softirq, steal (proc(5))."""
    with open("/proc/stat", encoding="utf-8") as file:
        return [int(word) for word in file.readline().split()[1:9]]


class Theft:
    """The share of processor time that the host of a virtual machine gave to others, from here to `share`."""

    def __init__(self):
        self.start = ticks()

    @property
    def share(self) -> float:
        spent = [now - then for now, then in zip(ticks(), self.start)]
        return spent[7] / max(1, sum(spent))
