"""The peer of `JSON GET of a resource`: FastAPI over SQLite, doing what Pawl does for `GET /v1/games/{id}`.

It reads the database that `PAWL_PEER_DATABASE` names. Each thread of the pool keeps a connection of its own, and one
handler does both look-ups, so that a request changes threads once. With `PAWL_PEER_ON_LOOP` set, the handler runs on
the event loop instead: quicker, as long as no read has to wait for the disk, because then all others wait with it.
"""

import hashlib
import json
import os
import sqlite3
import threading
from datetime import datetime, timezone

from fastapi import FastAPI, Header, HTTPException, Response

DATABASE = os.environ["PAWL_PEER_DATABASE"]
KEY = """
    SELECT keys.scopes, keys.game_id, keys.expires_at, keys.revoked_at, key_secrets.ends_at FROM keys
    JOIN key_secrets ON key_secrets.key_id = keys.id WHERE key_secrets.digest = ?
"""
GAME = """
    SELECT id, revision, model_version, created_at, updated_at, slug, name, settings FROM games WHERE id = ?
"""

app = FastAPI(openapi_url=None)
threads = threading.local()


def connection() -> sqlite3.Connection:
    """This thread's connection, opened at its first request."""
    if not hasattr(threads, "connection"):
        threads.connection = sqlite3.connect(DATABASE)
        threads.connection.row_factory = sqlite3.Row
        threads.connection.execute("PRAGMA query_only = ON")
    return threads.connection


def time(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds / 1e6, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def require_key(authorization: str | None) -> None:
    """Refuses a caller whose key is not known, has expired or was revoked."""
    scheme, _, secret = (authorization or "").partition(" ")
    row = None
    if scheme.lower() == "bearer":
        row = connection().execute(KEY, (hashlib.sha256(secret.encode()).digest(),)).fetchone()
    now = datetime.now(timezone.utc).timestamp() * 1e6
    ends = [row[name] for name in ("expires_at", "revoked_at", "ends_at") if row[name] is not None] if row else [0]
    if ends and min(ends) <= now:
        raise HTTPException(401, "The key is not known, has expired, or was revoked.")
    json.loads(row["scopes"])


def game(id: str, response: Response, authorization: str | None = Header(default=None)):
    require_key(authorization)
    row = connection().execute(GAME, (id,)).fetchone()
    if row is None:
        raise HTTPException(404, "There is no such game.")
    response.headers["ETag"] = f'"{row["revision"]}"'
    return {
        "created_at": time(row["created_at"]),
        "id": row["id"],
        "model_version": row["model_version"],
        "name": row["name"],
        "revision": row["revision"],
        "settings": json.loads(row["settings"]),
        "slug": row["slug"],
        "updated_at": time(row["updated_at"]),
    }


async def game_on_loop(id: str, response: Response, authorization: str | None = Header(default=None)):
    return game(id, response, authorization)


app.get("/v1/games/{id}")(game_on_loop if "PAWL_PEER_ON_LOOP" in os.environ else game)
