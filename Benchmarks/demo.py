"""The whole job on real data, in about a minute: `make demo`.

Two releases of a real game go over a slow line, and everything that can be killed is killed on the way.
"""

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from harness import gamedata, machine
from harness.relay import Relay
from harness.servers import PAWL, Pawl, free_port

MB = 1_000_000
# A line of 48 Mbit/s up, as a studio may have it.
RATE = 6 * MB
ASSET = "freedoom/game"


@dataclass
class Run:
    """A command that was run to its end, with what it said at the end and what passed over the line for it."""

    said: dict
    seconds: float
    up: int = 0
    down: int = 0
    kills: list[str] = field(default_factory=list)


class Daemon:
    """The real daemon on one port, started again after each kill."""

    def __init__(self, storage: Path):
        self.storage, self.port = storage, free_port()
        self.pawl = Pawl(storage, self.port)

    def kill(self) -> None:
        self.pawl.process.kill()
        self.pawl.process.wait()
        self.pawl.process.stdout.close()
        self.pawl = Pawl(self.storage, self.port)

    def stop(self) -> None:
        self.pawl.__exit__()


class Stage:
    def __init__(self, folder: Path, daemon: Daemon, relay: Relay):
        self.folder, self.daemon, self.relay = folder, daemon, relay
        self.sent = self.plain = 0

    def start(self, *words: str) -> subprocess.Popen:
        command = [PAWL, *words, "--server", self.relay.url, "--key", self.daemon.pawl.key, "--json"]
        return subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str, kills: tuple[tuple[str, float], ...] = ()) -> Run:
        """Runs a command to its end. `kills` name who is killed, and after how many bytes on the line."""
        up, down, begun = self.relay.up, self.relay.down, time.monotonic()
        way = "down" if words[0] == "pull" else "up"
        process, done = self.start(*words), []
        for who, count in kills:
            mark = (up if way == "up" else down) + int(count)
            self.relay.wait_for(way, mark, lambda: process.poll() is not None)
            if process.poll() is not None:
                break
            done.append(f"{who} killed after {count / MB:.0f} MB")
            if who != "client":
                self.daemon.kill()
            if who != "daemon":
                process.send_signal(signal.SIGKILL)
                process.communicate()
                process = self.start(*words)
        lines, errors = process.communicate()
        if process.returncode:
            sys.exit(f"pawl {' '.join(map(str, words))} failed with {process.returncode}:\n{errors}")
        said = json.loads(lines.strip().splitlines()[-1])
        return Run(
            said, time.monotonic() - begun, self.relay.up - up, self.relay.down - down, done)


def size(folder: Path) -> tuple[int, int]:
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return len(files), sum(file.stat().st_size for file in files)


def stored(storage: Path) -> int:
    """What the segments of blocks take."""
    return sum(file.stat().st_size for file in (storage / "segments").glob("[0-9]*/*.segment"))


def title(text: str) -> None:
    print(f"\n{text}", flush=True)


def say(text: str) -> None:
    print(f"    {text}", flush=True)


def told(run: Run, whole: int, way: str = "sent") -> None:
    for kill in run.kills:
        say(f"SIGKILL: {kill}")
    passed = run.up if way == "sent" else run.down
    say(f"{passed / MB:.1f} MB {way} for {whole / MB:.1f} MB, {run.seconds:.1f} s")


def same(one: Path, other: Path) -> None:
    done = subprocess.run(["diff", "-r", "--no-dereference", one, other], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"diff -r found differences:\n{done.stdout}{done.stderr}")
    modes = [sorted((str(f.relative_to(root)), f.stat().st_mode & 0o100) for f in root.rglob("*") if f.is_file())
             for root in (one, other)]
    if modes[0] != modes[1]:
        sys.exit("the folders differ in what may be run")
    say("diff -r finds no difference, and the same files may be run")


def play(folder: Path, old: gamedata.Release, new: gamedata.Release) -> None:
    (old_files, old_size), (new_files, new_size) = size(old.folder), size(new.folder)
    daemon = Daemon(folder / "storage")
    try:
        with Relay(daemon.port, RATE) as relay:
            stage = Stage(folder, daemon, relay)
            begun = time.monotonic()

            title(f"1. Push {old.name}: {old_files} files, over a line of {RATE / MB:.0f} MB/s")
            kills = (("client", 0.2 * old_size), ("daemon", 0.45 * old_size), ("both", 0.7 * old_size))
            first = stage.run("push", old.folder, ASSET, "--label", old.name, "--channel", "live", kills=kills)
            told(first, old_size)
            say(f"{stored(folder / 'storage') / MB:.1f} MB are stored: files that are alike share blocks, and what was "
                "acknowledged before a kill was not sent again")

            title("2. Push it again")
            told(stage.run("push", old.folder, ASSET), old_size)

            title(f"3. Push {new.name}: {new_files} files")
            second = stage.run("push", new.folder, ASSET, "--label", new.name)
            told(second, new_size)
            say(f"saved {1 - second.up / new_size:.0%}: {second.said['blocks_sent']:,} of "
                f"{second.said['blocks_total']:,} blocks are new")

            title("4. What players will have to download")
            done = subprocess.run(
                [PAWL, "diff", f"{ASSET}@1", "@2", "--server", relay.url, "--key", daemon.pawl.key],
                capture_output=True, text=True, check=True)
            *files, sums = done.stdout.strip().splitlines()
            say(sums)
            say(f"`pawl diff {ASSET}@1 @2` lists the {len(files)} files that differ")

            copy = folder / "copy"
            title(f"5. Pull {old.name} into a folder")
            kills = (("client", 0.3 * old_size), ("both", 0.6 * old_size))
            told(stage.run("pull", f"{ASSET}:live", copy, kills=kills), old_size, "fetched")
            same(old.folder, copy)

            title(f"6. Release {new.name}, and bring the folder up to it")
            subprocess.run(
                [PAWL, "promote", f"{ASSET}@2", "live", "--server", relay.url, "--key", daemon.pawl.key],
                capture_output=True, check=True)
            update = stage.run("pull", f"{ASSET}:live", copy, "--delete")
            told(update, new_size, "fetched")
            say(f"saved {1 - update.down / new_size:.0%}")
            same(new.folder, copy)

            largest = max((file for file in new.folder.rglob("*") if file.is_file()), key=lambda f: f.stat().st_size)
            smallest = min((file for file in new.folder.rglob("*") if file.is_file()), key=lambda f: f.stat().st_size)
            title(f"7. One file of it: {smallest.relative_to(new.folder)}")
            one = folder / smallest.name
            told(stage.run("pull", f"{ASSET}@2", one, "--entry", smallest.relative_to(new.folder)),
                 smallest.stat().st_size, "fetched")
            if one.read_bytes() != smallest.read_bytes():
                sys.exit(f"{one} is not the file that was pushed")
            say("cmp finds no difference")

            move(folder, daemon, old, new)

            seconds = time.monotonic() - begun
            moved, plain = relay.up + relay.down, 2 * (old_size + new_size) + old_size + smallest.stat().st_size
            title("In all")
            say(f"{moved / MB:.0f} MB passed over the line where sending whole builds takes {plain / MB:.0f} MB, "
                f"five kills, {seconds:.0f} s")
    finally:
        daemon.stop()


def move(folder: Path, daemon: Daemon, old: gamedata.Release, new: gamedata.Release) -> None:
    """The whole game out of its daemon and into an empty one, over the fast line within this machine."""
    title("8. The whole game into another daemon")
    file, begun = folder / "game.pawl", time.monotonic()
    other = Daemon(folder / "other")

    def run(at: Daemon, *words: str) -> str:
        command = [PAWL, *words, "--server", f"http://127.0.0.1:{at.port}", "--key", at.pawl.key]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"pawl {' '.join(map(str, words))} failed with {done.returncode}:\n{done.stderr}")
        return done.stdout

    try:
        for words in ("export", ASSET.split("/")[0], file), ("import", file):
            run(daemon if words[0] == "export" else other, *words)
        say(f"exported to {file.stat().st_size / MB:.1f} MB and imported, {time.monotonic() - begun:.1f} s")
        for resource in "games", "assets", "channels":
            if run(daemon, "list", resource, "--json") != run(other, "list", resource, "--json"):
                sys.exit(f"the {resource} of the other daemon are not the same")
        if run(daemon, "history", ASSET, "--json") != run(other, "history", ASSET, "--json"):
            sys.exit("the versions of the other daemon are not the same")
        say("its rows have the same ids, numbers and revisions")
        for number, release in enumerate((old, new), 1):
            run(other, "pull", f"{ASSET}@{number}", folder / f"moved{number}")
            same(release.folder, folder / f"moved{number}")
    finally:
        other.stop()


def main() -> None:
    old, new = gamedata.releases()
    print(f"Freedoom {old.name} and {new.name}: two releases of a real game, as Debian has them")
    with machine.folder_on_disk() as folder:
        play(folder, old, new)


if __name__ == "__main__":
    main()
