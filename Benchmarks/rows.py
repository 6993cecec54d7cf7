"""The work `rows`: what a row costs, written durably through the SQL port and read over HTTP."""

import json
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from harness import machine, page
from harness.figures import Comparison, Series, take_turns
from harness.servers import Pawl, Uvicorn, wrk
from peers.postgresql import PROGRAMS, SETTINGS, Cluster

ROUNDS = 10
SECONDS = 3
WARM_UP_SECONDS = 2
WRITERS = 64
READERS = 32
# As many ids as no client takes in one round.
IDS_PER_ROUND = 1_000_000_000

TABLE = """
    CREATE TABLE bench_rows (
        id TEXT NOT NULL PRIMARY KEY, revision BIGINT NOT NULL, created_at BIGINT NOT NULL, body TEXT NOT NULL
    )
"""


def writes(folder: Path) -> Comparison:
    """Single rows, each in a transaction of its own that is on the disk before the next one of that client begins."""
    print(f"durable single-row writes, {WRITERS} clients: pawl's port, PostgreSQL", flush=True)
    ours, peer = Series("Pawl"), Series("PostgreSQL 15")
    with Cluster(folder / "postgresql") as cluster:
        cluster.query(TABLE)
        began = {"pawl": 0, "peer": 0}

        def first(side: str) -> int:
            began[side] += 1
            return began[side] * IDS_PER_ROUND

        def pawl(seconds: int = SECONDS) -> float:
            return write_through_port(folder / "rows.sqlite", seconds, first("pawl"))

        def postgresql(seconds: int = SECONDS) -> float:
            return write_through_pgbench(cluster, seconds, first("peer"))

        pawl(WARM_UP_SECONDS)
        postgresql(WARM_UP_SECONDS)
        take_turns(ROUNDS, [(ours, pawl), (peer, postgresql)])
    return Comparison(f"durable single-row writes, {WRITERS} clients", "rows a second", 2, ours, [peer])


def write_through_port(database: Path, seconds: int, first: int) -> float:
    """One round of `rows-bench`, which itself counts the rows afterwards."""
    program = page.REPOSITORY / ".build" / "release" / "rows-bench"
    command = [program, database, str(seconds), str(WRITERS), str(first)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["per_second"]


def write_through_pgbench(cluster: Cluster, seconds: int, first: int) -> float:
    script = page.REPOSITORY / "Benchmarks" / "peers" / "rows.pgbench"
    variables = {"prefix": "row_benchma", "count": str(first), "clients": str(WRITERS), "body": "0123456789" * 20}
    before = int(cluster.query("SELECT count(*) FROM bench_rows"))
    count, rate = cluster.bench(script, WRITERS, seconds, variables)
    after = int(cluster.query("SELECT count(*) FROM bench_rows"))
    if after - before != count:
        raise RuntimeError(f"PostgreSQL acknowledged {count} rows and holds {after - before} more")
    return rate


def reads(folder: Path) -> Comparison:
    """`GET /v1/games/{id}` with a key: both look the key up by its digest, and the row by its id, in each request."""
    print(f"JSON GET of a resource, {READERS} connections: pawl serve, FastAPI", flush=True)
    ours, one, two = Series("Pawl"), Series("FastAPI, 1 worker"), Series("FastAPI, 2 workers")
    on_loop = Series("FastAPI, 2 workers, on the loop")
    with Pawl(folder / "storage") as pawl:
        settings = {"season": 3, "currency": "gem"}
        game = pawl.create("games", {"slug": "harbour", "name": "Harbour", "settings": settings})
        path, key = f"/v1/games/{game['id']}", pawl.key
        peer = {"PAWL_PEER_DATABASE": copy_database(folder)}
        with (
            Uvicorn(folder, "fastapi_games", 1, peer) as single,
            Uvicorn(folder, "fastapi_games", 2, peer) as double,
            Uvicorn(folder, "fastapi_games", 2, {**peer, "PAWL_PEER_ON_LOOP": "1"}) as blocking,
        ):
            servers = [(ours, pawl), (one, single), (two, double), (on_loop, blocking)]
            require_same_answers([server for _, server in servers], path, key)
            for _, server in servers:
                wrk(server.url + path, key, READERS, WARM_UP_SECONDS)
            take_turns(
                ROUNDS,
                [(series, lambda url=server.url + path: wrk(url, key, READERS, SECONDS)) for series, server in servers])
    return Comparison("JSON GET of a resource", "requests a second", 5, ours, [one, two], [on_loop])


def copy_database(folder: Path) -> str:
    """The same rows for the peer, in a file of its own, with a write-ahead log as Pawl has it."""
    path = str(folder / "peer.sqlite")
    source, target = sqlite3.connect(folder / "storage" / "pawl.sqlite"), sqlite3.connect(path)
    source.backup(target)
    target.execute("PRAGMA journal_mode = WAL")
    source.close()
    target.close()
    return path


def require_same_answers(servers: list, path: str, key: str) -> None:
    """Refuses to compare servers that do not do the same: body, ETag, and 401 for a key that nobody has."""
    answers = [server.get(path, key) for server in servers]
    if any(answer != answers[0] for answer in answers) or answers[0][0] != 200:
        raise RuntimeError(f"the servers do not answer alike: {answers}")
    if any(server.get(path, "pawl_wrong")[0] != 401 for server in servers):
        raise RuntimeError("a server takes a key that nobody has")


def section(comparisons: list[Comparison], folder: Path, theft: float) -> str:
    facts = machine.facts(str(folder)) + [
        ("SQLite", sqlite3.sqlite_version),
        ("PostgreSQL", machine.first_line(str(PROGRAMS / "postgres"), "--version").split(") ", 1)[-1]),
        ("FastAPI", f"{version('fastapi')}, uvicorn {version('uvicorn')}, Python {sys.version.split()[0]}"),
        ("wrk", machine.first_line("wrk", "-v").split(" Copyright")[0].removeprefix("wrk ")),
        ("time that the host gave to others", f"{theft:.1%}"),
    ]
    settings = ", ".join(f"`{name}={value}`" for name, value in SETTINGS.items() if value)
    return f"""
## Rows

Measured {page.now()} by `make bench WORK=rows`: {ROUNDS} rounds of {SECONDS} s for each side, in turns.

{page.table(comparisons)}

{page.write_chart("rows", comparisons)}

**Durable single-row writes.** {WRITERS} clients, each of which inserts one row in a transaction of its own (a text key
of 30 characters, two 64-bit integers, a text of 200 bytes) and waits until it is on the disk. On both sides the keys
ascend over all clients, as ids do that begin with the time. Pawl's side is its SQL port in one process
(`Benchmarks/rows-bench`): SQLite with `synchronous=FULL`, where writes that arrive together share a commit.
PostgreSQL is a fresh cluster on the same file system ({settings},
otherwise as it comes), filled by pgbench with prepared statements through a Unix socket: so its rows cross a process
boundary and Pawl's do not, and pgbench takes its share of the processor. After each round both tables are counted; they hold what was acknowledged.

**JSON GET of a resource.** `GET /v1/games/{{id}}` with a key, by `wrk -t1 -c{READERS}` over kept connections; any
answer but 2xx ends the run. Each request hashes the key, looks it up, reads the row, and renders the same JSON with its
`ETag`; before the rounds the answers are compared. Pawl is the whole daemon with its metrics and
request ids, its rate limits off. The peer
(`Benchmarks/peers/fastapi_games.py`) is FastAPI on uvicorn with uvloop and httptools, a plain handler and a SQLite
connection for each thread. The ratio is claimed against the better of one and two workers. The last line, for scale, is
the same handler as a coroutine: it saves the change of threads, and makes every other request of its worker wait
whenever a read has to wait for the disk, which neither Pawl nor FastAPI's own threads do.

{page.facts_and_rounds(facts, comparisons)}
"""


def main() -> None:
    theft = machine.Theft()
    with machine.folder_on_disk() as folder:
        comparisons = [writes(folder), reads(folder)]
        page.write_section("rows", section(comparisons, folder, theft.share))
    page.print_verdicts(comparisons)


if __name__ == "__main__":
    main()
