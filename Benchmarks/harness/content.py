"""Bytes that no server has seen: they lie in memory, so that neither sending nor comparing them waits for a disk."""

import base64
import ctypes
import hashlib
import mmap
import os
import subprocess
from functools import cached_property

MIB = 2**20
C_LIBRARY = ctypes.CDLL(None)
C_LIBRARY.memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]


class Content:
    """`size` bytes of AES in counter mode under a random key: nothing repeats in them and nothing shrinks."""

    def __init__(self, size: int):
        self.size = size
        self.file = os.memfd_create("content")
        os.ftruncate(self.file, size)
        self.map = mmap.mmap(self.file, size)
        key = os.urandom(16).hex()
        command = ["openssl", "enc", "-aes-128-ctr", "-K", key, "-iv", "0" * 32, "-in", "/dev/zero"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as source:
            with memoryview(self.map) as space:
                filled = 0
                while filled < size:
                    filled += source.stdout.readinto(space[filled:filled + MIB])
            source.kill()
        # A view that is kept holds the map open.
        self.view = (ctypes.c_char * size).from_buffer(self.map)
        self.address = ctypes.addressof(self.view)

    def close(self) -> None:
        del self.view
        self.map.close()
        os.close(self.file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def digests(self, algorithm: str, piece: int) -> list[bytes]:
        """The digest of each piece of that many bytes; the last one may be shorter."""
        with memoryview(self.map) as bytes_:
            return [hashlib.new(algorithm, bytes_[at:at + piece]).digest() for at in range(0, self.size, piece)]

    @cached_property
    def sha256(self) -> bytes:
        return self.digests("sha256", self.size)[0]

    @property
    def sha256_in_base64(self) -> str:
        return base64.b64encode(self.sha256).decode()

    def require(self, received: bytes | bytearray | mmap.mmap, offset: int, count: int) -> None:
        """Raises unless the first `count` bytes received are those of the content at `offset`."""
        place = received if isinstance(received, bytes) else (ctypes.c_char * count).from_buffer(received)
        if C_LIBRARY.memcmp(place, self.address + offset, count):
            raise RuntimeError(f"wrong bytes between {offset} and {offset + count}")

    def require_file(self, path: os.PathLike) -> None:
        """Raises unless the file at `path` holds the content and nothing else."""
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as stored:
            if len(stored) != self.size:
                raise RuntimeError(f"{path} has {len(stored)} bytes instead of {self.size}")
            self.require(stored, 0, self.size)
