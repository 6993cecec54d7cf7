"""What a server costs while it works: processor time and memory of its processes, as the kernel counts them."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from harness import machine

TICK = os.sysconf("SC_CLK_TCK")
# proc(5): sets the peak of the resident size back to what it is now.
RESET_PEAK = "5"


@dataclass
class Cost:
    seconds: float
    """Processor time of the server's processes, user and system together."""
    server_seconds: float
    """Processor time of this process, which is the client."""
    client_seconds: float
    """Processor time of everything else on the machine, the kernel's own threads among it."""
    other_seconds: float
    """The highest resident size of the server's processes, in bytes; what they share is counted for each."""
    peak: int


class Meter:
    """Measures what is done between its start and `stop`."""

    def __init__(self, pid: int):
        self.processes = tree(pid)
        for process in self.processes:
            (process / "clear_refs").write_text(RESET_PEAK)
        self.server = self.server_seconds()
        self.client = time.process_time()
        self.busy = machine.busy_seconds()
        self.start = time.monotonic()

    def stop(self) -> Cost:
        seconds = time.monotonic() - self.start
        server, client = self.server_seconds() - self.server, time.process_time() - self.client
        other = max(0, machine.busy_seconds() - self.busy - server - client)
        peak = sum(field(process / "status", "VmHWM") for process in self.processes) * 1024
        return Cost(seconds, server, client, other, peak)

    def server_seconds(self) -> float:
        """User and system time are the 14th and 15th word of `stat`; the second one may hold spaces."""
        words = [(process / "stat").read_text().rsplit(")", 1)[1].split() for process in self.processes]
        return sum(int(one[11]) + int(one[12]) for one in words) / TICK


def tree(pid: int) -> list[Path]:
    """A process and all that descend from it."""
    parents = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(process.name)] = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            # It has ended meanwhile.
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return [Path("/proc") / str(one) for one in found]


def field(path: Path, name: str) -> int:
    for line in path.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise RuntimeError(f"{path} has no {name}")
