"""Ports for programs that cannot take a free one and say which."""

import secrets

from devhost.sockets import is_free

# Below those that systems give to whoever asks for any port.
_FIRST, _COUNT = 20_000, 10_000


def free_port() -> int:
    ports = (_FIRST + secrets.randbelow(_COUNT) for _ in range(100))
    return next(filter(is_free, ports))
