"""Uploads a file with aiotus.

    upload_aiotus.py SERVER ASSET FILE [STATE]

aiotus keeps no URL: with STATE it is kept there for the next run, else aiotus does all by itself. The key comes from
$PAWL_KEY.
"""

import asyncio
import os
import pathlib
import sys

import aiohttp
import aiotus
import yarl
from aiotus import core, creation

HEADERS = {"Authorization": f"Bearer {os.environ['PAWL_KEY']}"}
server, asset, path, *state = sys.argv[1:]
METADATA: aiotus.Metadata = {"asset": asset.encode()}


async def go_on(kept: pathlib.Path) -> None:
    with open(path, "rb") as file:
        async with aiohttp.ClientSession() as session:
            if not kept.exists():
                url = await creation.create(session, yarl.URL(f"{server}/v1/tus"), file, METADATA, headers=HEADERS)
                kept.write_text(str(url))
            await core.upload_buffer(session, yarl.URL(kept.read_text()), file, headers=HEADERS)


async def at_once() -> None:
    patience = aiotus.RetryConfiguration(max_retry_period_seconds=1)
    with open(path, "rb") as file:
        url = await aiotus.upload(f"{server}/v1/tus", file, METADATA, config=patience, headers=HEADERS)
    sys.exit(0 if url else 1)


asyncio.run(go_on(pathlib.Path(state[0], "url")) if state else at_once())
