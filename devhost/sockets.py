"""The sockets to listen on. They are opened before anything else is started."""

from __future__ import annotations

import errno
import socket

from devhost.errors import CannotStart

_LOOPBACK = ("127.0.0.1", "::1")
# A machine may have no IPv6, or have it disabled for the loopback interface.
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def listen(host: str, port: int) -> list[socket.socket]:
    """Browsers resolve localhost to either address, so the default host means both."""
    if host not in _LOOPBACK:
        return [_listen(host, port)]
    first = _listen(_LOOPBACK[0], port)
    try:
        return [first, _listen(_LOOPBACK[1], port_of(first))]
    except OSError as error:
        if error.errno in _NO_SUCH_ADDRESS:
            return [first]
        first.close()
        raise
    except CannotStart:
        first.close()
        raise


def is_free(port: int) -> bool:
    try:
        _listen("127.0.0.1", port).close()
    except CannotStart:
        return False
    return True


def port_of(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        # Listen now: before that, two processes may bind the same address.
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise CannotStart(
                f"port {port} is taken or forbidden ({error.strerror}):"
                f" choose another, as in make run PORT={port + 1}"
            ) from error
        raise
    return listening
