"""Free ports of this machine and who answers on them. Everything stays on the loopback address."""

import random
import socket

HOST = "127.0.0.1"
# Below the range from which systems take ports for outgoing connections: a server that is restarted
# must find its own port free again.
RANGE = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port on which nothing listens; raise OSError when a hundred guesses all failed."""
    for _ in range(100):
        port = random.choice(RANGE)
        if is_free(port):
            return port
    raise OSError("no free port found on 127.0.0.1")


def answers(port: int) -> bool:
    """Tell whether a server accepts connections on a port."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
