"""The machine and the programs that a figure belongs to."""

import os
import platform
import subprocess


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


class Theft:
    """The share of processor time that the host of a virtual machine gave to others, from here to `share`."""

    def __init__(self):
        self.start = self.ticks()

    @staticmethod
    def ticks() -> list[int]:
        """Ticks since boot: user, nice, system, idle, iowait, irq, softirq, steal (proc(5))."""
        with open("/proc/stat", encoding="utf-8") as file:
            return [int(word) for word in file.readline().split()[1:9]]

    @property
    def share(self) -> float:
        spent = [now - then for now, then in zip(self.ticks(), self.start)]
        return spent[7] / max(1, sum(spent))
