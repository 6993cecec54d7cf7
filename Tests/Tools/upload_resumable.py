"""Uploads a file with resumable-upload, which keeps the upload's URL in STATE and goes on from there.

    upload_resumable.py SERVER GAME ASSET FILE STATE PARTS

With more than one part it sends them beside one another, and has them joined. The key comes from $PAWL_KEY.
"""

import os
import sys

from resumable_upload import FileURLStorage, TusClient

server, game, asset, path, state, parts = sys.argv[1:]
client = TusClient(
    f"{server}/v1/tus",
    chunk_size=2 * 1024 * 1024,
    store_url=True,
    url_storage=FileURLStorage(f"{state}/urls.json"),
    headers={"Authorization": f"Bearer {os.environ['PAWL_KEY']}"},
    retry_delay=0.5,
)
client.upload_file(
    path, metadata={"asset": asset}, parallel_uploads=int(parts), metadata_for_partial_uploads={"game": game}
)
