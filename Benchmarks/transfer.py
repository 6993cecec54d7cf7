"""The work `transfer`: a GiB up and a GiB down, beside servers that do nothing else."""

import json
import os
import shutil
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from harness import machine, page
from harness.content import MIB, Content
from harness.figures import Comparison, Series, take_turns
from harness.line import Line, receive
from harness.processes import Cost, Meter
from harness.servers import Pawl, Server
from peers.copyparty import Copyparty
from peers.nginx import Nginx
from peers.registry import Registry
from peers.tus import Tus

GIB = 1024 * MIB
SIZE = GIB
WARM_UP = 64 * MIB
DOWNLOADS = 6
UPLOADS = 4
# Uploads and downloads of one daemon, one after the other, to see whether its memory grows.
REPEATS = 2
MANY = 8


@dataclass
class Side(Series):
    """A server with what each of its rounds cost."""

    # What is said of it in the table of costs: which digest it makes, whether it syncs.
    checks: str = ""
    syncs: str = ""
    # What it may cost: processor seconds a GiB, and resident bytes.
    seconds_aim: float | None = None
    peak_aim: float | None = None
    costs: list[Cost] = field(default_factory=list)

    def measure(self, server: Server, transfer) -> float:
        """MiB a second; `transfer` is all that is counted. Begins when the machine has nothing else to do."""
        machine.wait_until_quiet()
        meter = Meter(server.process.pid)
        transfer()
        self.costs.append(meter.stop())
        return SIZE / MIB / self.costs[-1].seconds

    def median_cost(self, name: str) -> float:
        return statistics.median(getattr(cost, name) for cost in self.costs)

    @property
    def peak(self) -> float:
        return max(cost.peak for cost in self.costs)

    @property
    def aims(self) -> str:
        said = []
        if self.seconds_aim:
            is_met = statistics.median(self.per_gib) <= self.seconds_aim
            said.append(f"≤ {self.seconds_aim:g} s/GiB: {'met' if is_met else 'not met'}")
        if self.peak_aim:
            said.append(f"< {self.peak_aim / 1e6:.0f} MB: {'met' if self.peak < self.peak_aim else 'not met'}")
        return ", ".join(said)

    @property
    def per_gib(self) -> list[float]:
        return [cost.server_seconds * GIB / SIZE for cost in self.costs]


class Storage:
    """A daemon with a fresh storage that has taken something already, as one that runs for days has."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.daemon = Pawl(folder)
        self.access = {"Authorization": f"Bearer {self.daemon.key}"}
        game = self.daemon.create("games", {"slug": "harbour", "name": "Harbour"})
        self.asset = self.daemon.create("assets", {"game_id": game["id"], "path": "builds/win64"})["id"]
        with Content(WARM_UP) as content:
            self.put(content)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.__exit__()
        shutil.rmtree(self.folder)

    def put(self, content: Content, *, whole: bool = False) -> dict:
        """One PUT of the whole; the version. With `whole` the SHA-256 of all bytes is claimed, and so proven first."""
        headers = {"Content-Type": "application/octet-stream"}
        if whole:
            headers["Repr-Digest"] = f"sha-256=:{content.sha256_in_base64}:"
        with Line(self.daemon.url, self.access) as line:
            _, said = line.send("PUT", f"/v1/assets/{self.asset}/content", headers, content)
        version = json.loads(said)
        if version["size"] != content.size or (whole and version["sha256"] != content.sha256.hex()):
            raise RuntimeError(f"another version than was sent: {version}")
        return version

    def get(self, version: dict, content: Content, connections: int = 1) -> None:
        receive(f"{self.daemon.url}/v1/versions/{version['id']}/content", self.access, content, connections)


def downloads(folder: Path) -> list[Comparison]:
    """Both have the file in the page cache; the client compares every byte."""
    made = []
    with Storage(folder / "storage") as storage, Nginx(folder / "nginx") as nginx, Content(SIZE) as content:
        version = storage.put(content)
        path = nginx.put(content)
        os.sync()
        for connections in (1, 8):
            work = f"download, {connections} connection" + "s" * (connections > 1)
            print(f"{work}: pawl serve, nginx with sendfile", flush=True)
            ours = Side("Pawl", checks="CRC-32 of every block", peak_aim=100e6)
            peer = Side("nginx, sendfile", checks="nothing")

            def pawl(side=ours, connections=connections) -> float:
                return side.measure(storage.daemon, lambda: storage.get(version, content, connections))

            def sendfile(side=peer, connections=connections) -> float:
                url = f"{nginx.url}/{path.name}"
                return side.measure(nginx, lambda: receive(url, {}, content, connections))

            sides = [(ours, pawl), (peer, sendfile)]
            warm_up(sides)
            take_turns(DOWNLOADS, sides)
            made.append(Comparison(work, "MiB a second", 1, ours, [peer], suffix=" MiB/s"))
    return made


def warm_up(sides: list[tuple[Side, object]]) -> None:
    for side, measure in sides:
        measure()
        side.costs.clear()


def uploads(folder: Path) -> list[Comparison]:
    """New bytes in each round, the same for all; what a server has stored is compared and deleted before the next."""
    print("upload: pawl serve, docker-registry, copyparty, a tus server in Python, nginx", flush=True)
    ours = Side("Pawl", checks="SHA-256 and CRC-32 of every block", syncs="yes", seconds_aim=2.2)
    proven = Side(
        "Pawl, whole proven", checks="the same, and SHA-256 of the whole", syncs="yes", seconds_aim=3)
    blob = Side("docker-registry", checks="SHA-256 of the whole", syncs="yes")
    put = Side("copyparty, PUT", checks="SHA-256 of the whole, which the client compares", syncs="no")
    chunks = Side("copyparty, up2k", checks="SHA-512 of each 4 MiB", syncs="no")
    tus = Side("resumable-upload, tus", checks="SHA-1 of each 8 MiB", syncs="its rows, not the bytes")
    dav = Side("nginx, DAV PUT", checks="nothing", syncs="no")
    with (
        Registry(folder / "registry") as registry,
        Copyparty(folder / "copyparty") as copyparty,
        Tus(folder / "tus") as python_tus,
        Nginx(folder / "dav") as nginx,
    ):
        content: Content | None = None
        digests: dict[str, list[str]] = {}

        def prepare() -> None:
            """What a client of the protocol has computed beforehand is not counted."""
            nonlocal content
            if content:
                content.close()
            content = Content(SIZE)
            digests.update(whole=[content.sha256.hex()], up2k=Copyparty.digests(content), tus=Tus.digests(content))

        def pawl(side: Side, whole: bool) -> float:
            with Storage(folder / "storage") as storage:
                versions: list[dict] = []
                rate = side.measure(storage.daemon, lambda: versions.append(storage.put(content, whole=whole)))
                storage.get(versions[0], content)
            os.sync()
            return rate

        def peer(side: Side, server: Server, transfer) -> float:
            paths: list[Path] = []
            rate = side.measure(server, lambda: paths.append(transfer()))
            content.require_file(paths[0])
            paths[0].unlink()
            # Nobody writes back during somebody else's turn.
            os.sync()
            return rate

        sides = [
            (ours, lambda: pawl(ours, whole=False)),
            (proven, lambda: pawl(proven, whole=True)),
            (blob, lambda: peer(blob, registry, lambda: registry.put(content))),
            (put, lambda: peer(put, copyparty, lambda: copyparty.put(content))),
            (chunks, lambda: peer(chunks, copyparty, lambda: copyparty.send_chunks(content, digests["up2k"]))),
            (tus, lambda: peer(tus, python_tus, lambda: python_tus.patch(content, digests["tus"]))),
            (dav, lambda: peer(dav, nginx, lambda: nginx.put(content))),
        ]
        prepare()
        warm_up(sides)
        take_turns(UPLOADS, sides, prepare)
        content.close()
    unit, suffix = "MiB a second", " MiB/s"
    plain = Comparison("upload", unit, 1, ours, [blob, put, chunks, tus], [dav], suffix)
    return [plain, Comparison("upload, SHA-256 claimed", unit, 1, proven, [plain.best], [], suffix)]


def growth(folder: Path) -> list[Side]:
    """The peak of one daemon's memory: in upload after upload, in download after download, in many of both at once."""
    print(f"memory: pawl serve, {REPEATS} uploads and downloads in a row, then {MANY} of both at once", flush=True)
    up, down, many = Side("upload"), Side("download"), Side("both")
    with Storage(folder / "storage") as storage, Content(SIZE) as content:
        for _ in range(REPEATS):
            with Content(SIZE) as fresh:
                versions: list[dict] = []
                up.measure(storage.daemon, lambda: versions.append(storage.put(fresh)))
                down.measure(storage.daemon, lambda: storage.get(versions[0], fresh))
        version = storage.put(content)
        for _ in range(REPEATS):
            parts = [Content(SIZE // MANY) for _ in range(MANY)]
            many.measure(storage.daemon, lambda: at_once(storage, parts, version, content))
            for part in parts:
                part.close()
    return [up, down, many]


def at_once(storage: Storage, parts: list[Content], version: dict, content: Content) -> None:
    """Uploads the parts, each over a connection of its own, beside as many connections that download the content."""
    with ThreadPoolExecutor(len(parts)) as threads:
        uploads = [threads.submit(storage.put, part) for part in parts]
        storage.get(version, content, len(parts))
        for upload in uploads:
            upload.result()


def cost_table(comparisons: list[Comparison]) -> str:
    """A line for each side, in the order of the comparisons."""
    lines = [
        "| work | server | CPU of the server | peak RSS | aim | CPU of the client | checks | syncs first |",
        "|---|---|--:|--:|---|--:|---|---|",
    ]
    works: dict[int, tuple[Side, str]] = {}
    for one in comparisons:
        for side in one.sides:
            works.setdefault(id(side), (side, one.work))
    for side, work in works.values():
        seconds = statistics.median(side.per_gib)
        client = side.median_cost("client_seconds") * GIB / SIZE
        cells = [work, side.name, f"{seconds:.2f} s/GiB", f"{side.peak / 1e6:.0f} MB", side.aims]
        cells += [f"{client:.2f} s/GiB", side.checks, side.syncs]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cost_panels(comparisons: list[Comparison]) -> list[Comparison]:
    """The processor time of the server in each round, for the chart."""
    panels = []
    for one in comparisons:
        ours, *others = (Series(side.name, side.per_gib) for side in one.sides)
        panels.append(Comparison(f"CPU of the server, {one.work}", "seconds a GiB", 0, ours, others, digits=2))
    return panels


def others(comparisons: list[Comparison]) -> float:
    """Of all the processor time of the rounds, what neither server nor client had."""
    costs = [cost for one in comparisons for side in one.sides for cost in side.costs]
    other = sum(cost.other_seconds for cost in costs)
    return other / sum(cost.server_seconds + cost.client_seconds + cost.other_seconds for cost in costs)


def peaks(side: Side) -> str:
    return ", ".join(f"{cost.peak / 1e6:.0f}" for cost in side.costs)


def section(comparisons: list[Comparison], grown: list[Side], folder: Path, theft: float) -> str:
    facts = machine.facts(str(folder)) + [
        ("nginx", Nginx.version()),
        ("docker-registry", Registry.version()),
        ("copyparty", Copyparty.version()),
        ("resumable-upload", f"{Tus.version()}, Python {sys.version.split()[0]}"),
        ("time that the host gave to others", f"{theft:.1%}"),
        ("processor time of other processes in the rounds", f"{others(comparisons):.1%}"),
    ]
    panels = cost_panels(comparisons)
    up, down, many = grown
    return f"""
## Transfer

Measured {page.now()} by `make bench WORK=transfer`: 1 GiB in each round, {DOWNLOADS} rounds of downloads and {UPLOADS}
of uploads for each side, in turns, each begun when the machine had nothing else to do.

{page.table(comparisons)}

{page.write_chart("transfer", [*comparisons, *panels])}

{cost_table(comparisons)}

**The client** is the same for every server, and runs on the same processors: one thread of Python that waits for all
connections, receives up to 512 KiB at a time, and compares each with the original in memory (`memcmp`) while it is in
the processor's cache. That is about the least that a client can cost which checks every byte: a third of a second for
each GiB, most of it the kernel's copy out of the socket. A CRC would cost as much again, and `curl` to `/dev/null`
checks nothing. Up, it hands pages to the socket with `sendfile` from a file in memory. Where a server needs less of the
processor than the client, it is the client that the rate tells about: then compare the seconds.

**Downloads.** The whole file over one connection, or an eighth of it with `Range` over each of eight, as a download
manager does. Both servers have the content in the page cache. nginx hands pages from the cache to the socket and never
sees a byte; Pawl reads the blocks, checks each against its CRC before its bytes leave, and writes them.

What stands between Pawl and `sendfile` is that its bytes pass through the process: of half a second of the processor
for each GiB, a fifth is the copy out of the cache and a fifth the copy into the socket, an eighth the CRC, and a fifth
waking threads: the one that reads, the one that sends. Tried: reads of 512, 768 and 1024 KiB (768 is as fast as the largest and
takes less memory), a CRC on the thread that reads, while the bytes are in its cache (less time, the same rate), a second run
waiting in the socket's queue (slower), `sendfile` behind a check (its bytes could be others than those that were
checked, and TLS has none of it).

**Uploads.** Bytes that no server has seen and nothing can shrink, the same ones for all in a round. A rate runs from
the connection to the last answer. What a client of a protocol has to hash beforehand is hashed before the clock starts.
After each turn what was stored is compared with what was sent, deleted, and the disk is left to finish. Pawl gets
the file as one `PUT /v1/assets/{{id}}/content`, cuts it into blocks, hashes and indexes them, and answers when all of
it is synced, rows too; each round begins with a fresh storage. In the line with a claim the client sends the SHA-256
of the whole in `Repr-Digest`, and the answer comes when it is proven, as it does from docker-registry.

Of Pawl's time a quarter is SHA-256, a tenth finding the cuts, a sixth the socket, a sixth SQLite with its log, a
fifteenth each copying and waking threads. What brought it here: writing past the page cache (on virtual machines a new
page of it costs more than the write), fewer and larger groups for a sync and a commit, SQLite's undo pages in memory, the
digest of the whole from what arrives and not from the disk, the hash of four bytes at a step where cuts are looked for.

Writing past the cache has a price: the first download of what was just uploaded comes from the disk. Tried on the same
machine, five rounds in turns: with the cache 391 MiB/s up at 3.9 s of the processor a GiB, and 1,980 MiB/s for the first
download; past it 534 MiB/s at 2.8 s, and 710 MiB/s for the first download, 2,000 for the next. What is uploaded all day is
mostly read by few, and it no longer drives out what many read.

docker-registry gets a monolithic upload (`PUT …?digest=sha256:…`), hashes it, and syncs the file. copyparty gets a
`PUT`, hashed with SHA-256 (its default, SHA-512, is slower on this processor) and left to the client to compare, and
the same file through its own protocol in requests of 64 MiB. The tus server is that of `resumable-upload`: of those in
Python it is the one that offers the checksum extension; a `PATCH` for each 8 MiB, because it holds a body in memory
until it is checked. Neither copyparty nor the tus server syncs the bytes: what they have acknowledged, a power cut can
take away; so of these only docker-registry promises what Pawl does. nginx is for scale: it writes a file and renames
it.

**Memory.** The peak of one daemon's resident size, in MB, in {REPEATS} uploads of 1 GiB, one after the other:
{peaks(up)}; in the downloads between them: {peaks(down)}; with {MANY} uploads and {MANY} downloads at once, 2 GiB
in all, {REPEATS} times: {peaks(many)}.

{page.facts_and_rounds(facts, [*comparisons, *panels])}
"""


def main() -> None:
    theft = machine.Theft()
    with machine.folder_on_disk() as folder:
        comparisons = [*downloads(folder), *uploads(folder)]
        grown = growth(folder)
        page.write_section("transfer", section(comparisons, grown, folder, theft.share))
    page.print_verdicts(comparisons)


if __name__ == "__main__":
    main()
