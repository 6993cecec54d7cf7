"""A line between a client and a daemon: as slow as it is told to be, and it counts what passes."""

import socket
import threading
import time

PIECE = 2**16


class Relay:
    """Listens on a port of its own and passes bytes on to `port`, up to `rate` bytes a second each way."""

    def __init__(self, port: int, rate: float):
        self.port, self.rate = port, rate
        self.up = self.down = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.lock = threading.Lock()
        self.moved = threading.Condition(self.lock)
        # When each way has room for the next piece.
        self.free = {"up": 0.0, "down": 0.0}

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def wait_for(self, way: str, count: int, until) -> None:
        """Returns when `count` bytes have passed in all, or when `until` says so."""
        with self.moved:
            while getattr(self, way) < count and not until():
                self.moved.wait(0.05)

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                # The daemon is away: so is what lies behind the line.
                client.close()
                continue
            for source, target, way in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self.carry, args=(source, target, way), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket, way: str) -> None:
        try:
            while piece := source.recv(PIECE):
                target.sendall(piece)
                with self.moved:
                    setattr(self, way, getattr(self, way) + len(piece))
                    self.free[way] = max(self.free[way], time.monotonic()) + len(piece) / self.rate
                    pause = self.free[way] - time.monotonic()
                    self.moved.notify_all()
                time.sleep(max(0, pause))
        except OSError:
            pass
        # Whoever is killed takes both directions along.
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
