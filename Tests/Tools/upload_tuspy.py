"""Uploads a file with tuspy, which keeps the upload's URL in STATE and goes on from there.

    upload_tuspy.py SERVER ASSET FILE STATE

The key comes from $PAWL_KEY.
"""

import os
import sys

from tusclient.client import TusClient
from tusclient.storage.filestorage import FileStorage

server, asset, path, state = sys.argv[1:]
client = TusClient(f"{server}/v1/tus", headers={"Authorization": f"Bearer {os.environ['PAWL_KEY']}"})
uploader = client.uploader(
    path,
    chunk_size=8 * 1024 * 1024,
    metadata={"asset": asset},
    retries=3,
    retry_delay=1,
    store_url=True,
    url_storage=FileStorage(f"{state}/urls"),
)
print(f"at {uploader.offset}")
uploader.upload()
