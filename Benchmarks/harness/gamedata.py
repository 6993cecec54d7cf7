"""Real versions of a real game's data, taken from Debian's packages and kept for the next time."""

import os
import random
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.page import REPOSITORY

PACKAGE = "freedoom"
# Debian's releases that carry different versions of the package, older first.
SUITES = ("bookworm", "trixie")
CACHE = REPOSITORY / ".build" / "game-data"


@dataclass
class Release:
    name: str
    folder: Path


def releases() -> list[Release]:
    """Two versions, older first. Where only one can be had, a copy with real edits is the newer one."""
    found: list[Release] = []
    for suite in SUITES:
        release = fetched(suite)
        if release and release.name not in (one.name for one in found):
            found.append(release)
    if not found:
        raise SystemExit(f"The package {PACKAGE} could not be had: this needs it once, and a network for that.")
    if len(found) == 1:
        found.append(edited(found[0]))
    return found


def fetched(suite: str) -> Release | None:
    """The package of a suite, unpacked; nothing when it cannot be had."""
    place = CACHE / suite
    if not place.is_dir():
        package = download(suite)
        if not package:
            return None
        fresh = place.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        version = re.sub(r"-[^-]*$", "", package.name.split("_")[1])
        subprocess.run(["dpkg-deb", "-x", package, fresh / version], check=True)
        package.unlink()
        fresh.rename(place)
    folder = next(iter(place.iterdir()))
    return Release(folder.name, folder)


def download(suite: str) -> Path | None:
    """Asks the machine's own mirror for the package as another release has it, beside the machine's own lists."""
    site = mirror()
    if not site:
        return None
    apt = CACHE / "apt" / suite
    for folder in ("lists/partial", "archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    (apt / "status").touch()
    (apt / "debian.sources").write_text(
        f"Types: deb\nURIs: {site}\nSuites: {suite}\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n")
    options = {
        "Dir::Etc::sourcelist": apt / "debian.sources", "Dir::Etc::sourceparts": "-", "Dir::State::lists": apt / "lists",
        "Dir::State::status": apt / "status", "Dir::Cache": apt, "APT::Sandbox::User": "root",
    }
    command = ["apt-get", "-qq", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]
    for step in (["update"], ["download", PACKAGE]):
        done = subprocess.run(command + step, cwd=apt, capture_output=True, check=False)
        if done.returncode:
            return None
    return next(apt.glob("*.deb"), None)


def mirror() -> str | None:
    """Where this machine gets its Debian packages from."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"],
        capture_output=True, text=True, check=False)
    sites = [line for line in done.stdout.splitlines() if line.rstrip("/").endswith("/debian")]
    return sites[0] if sites else None


def edited(release: Release) -> Release:
    """What a day's work leaves: some bytes put in, some taken out, a file renamed, one gone, one new."""
    place = CACHE / "edited"
    folder = place / f"{release.name}-edited"
    if folder.is_dir():
        return Release(folder.name, folder)
    shutil.copytree(release.folder, folder, symlinks=True)
    chance = random.Random(release.name)
    files = sorted((file for file in folder.rglob("*") if file.is_file()), key=lambda file: file.stat().st_size)
    for file in files[-2:]:
        content = bytearray(file.read_bytes())
        for _ in range(20):
            at = chance.randrange(len(content))
            content[at:at + chance.randrange(2_000)] = chance.randbytes(chance.randrange(2_000))
        file.write_bytes(content)
    files[0].unlink()
    files[1].rename(files[1].with_name("renamed-" + files[1].name))
    os.utime(files[2])
    (folder / "NEW").write_text("A file of the next day.\n")
    return Release(folder.name, folder)
