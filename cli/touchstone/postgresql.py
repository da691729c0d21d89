"""Tokens for Python programs that connect to PostgreSQL 18 with OAuth.

psycopg cannot be given a token, and the libpq in its packages has no way to ask a person. But libpq
asks a function of the program, and this module sets one:

    with use_tokens(get_token):
        psycopg.connect("host=db.example.com … oauth_issuer=https://login.example.com …")

It needs nothing but Python. libpq has one such function for the whole process, and all its threads.
"""

import base64
import ctypes
import importlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_BEARER_TOKEN = 1
"""`PQAUTHDATA_OAUTH_BEARER_TOKEN`: libpq asks for a token."""
_DONE, _FAILED = 1, -1
_SPARE_SECONDS = 30
"""A token that is nearly over could be so before the server looks at it."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """For what libpq asks. The server says it, unless the connection has `oauth_scope` and
    `oauth_issuer`: so set both, or do not choose a token by this."""

    discovery: str
    """The address of the issuer's document."""
    scope: str | None


GetToken = Callable[[TokenRequest], str]


class _BearerRequest(ctypes.Structure):
    """`PGoauthBearerRequest` of `libpq-fe.h`."""

    _fields_ = (
        ("openid_configuration", ctypes.c_char_p),
        ("scope", ctypes.c_char_p),
        ("poll", ctypes.c_void_p),
        ("cleanup", ctypes.c_void_p),
        ("token", ctypes.c_void_p),
        ("user", ctypes.c_void_p),
    )


_Hook = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_Cleanup = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_BearerRequest))


@contextmanager
def use_tokens(get_token: GetToken, *, libpq: ctypes.CDLL | None = None) -> Iterator[None]:
    """Connections in the block get in with what `get_token` returns. What it raises is the cause of
    the error with which the connection fails. `libpq` is psycopg's, if nothing is said."""
    hook = _TokenHook(get_token)
    library = libpq_of_psycopg() if libpq is None else libpq
    before = _set_hook(library, ctypes.cast(hook.function, ctypes.c_void_p))
    try:
        yield
    except Exception as error:
        if hook.fault is not None:
            raise error from hook.fault
        raise
    finally:
        _set_hook(library, before)


def kept(get_token: GetToken, *, spare_seconds: float = _SPARE_SECONDS) -> GetToken:
    """Keeps each token in memory until it is nearly over, so that one sign-in opens several
    connections. How long a token lives is said by the access profile."""
    known: dict[TokenRequest, str] = {}
    lock = threading.Lock()

    def get(request: TokenRequest) -> str:
        with lock:  # one at a time: all wait for the same person
            token = known.get(request)
            if token is None or expires_at(token) - spare_seconds <= time.time():
                token = known[request] = get_token(request)
            return token

    return get


def expires_at(token: str) -> float:
    """As the token says, in Unix seconds. Nothing is verified."""
    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return float(claims["exp"])


def libpq_of_psycopg() -> ctypes.CDLL:
    """The one that psycopg has loaded: each of its packages brings, or finds, another one."""
    kind: str = importlib.import_module("psycopg.pq").__impl__
    if kind == "python":
        loaded: ctypes.CDLL = importlib.import_module("psycopg.pq._pq_ctypes").pq
        return loaded
    # Names are looked for in the libraries of an extension, too.
    return ctypes.CDLL(importlib.import_module(f"psycopg_{kind}.pq").__file__)


class _TokenHook:
    def __init__(self, get_token: GetToken) -> None:
        self.fault: Exception | None = None
        self._get_token = get_token
        self._given: dict[int, ctypes.Array[ctypes.c_char]] = {}
        """By the address of the request. libpq reads them until it calls for the cleanup."""
        self._cleanup = _Cleanup(self._forget)
        self.function = _Hook(self._answer)

    def _answer(self, kind: int, _connection: int, data: int) -> int:
        """No error gets through libpq, so it is kept."""
        if kind != _BEARER_TOKEN:
            return 0
        request = _BearerRequest.from_address(data)
        self.fault = None
        try:
            token = self._get_token(_read(request))
            self._given[data] = ctypes.create_string_buffer(token.encode())
        except Exception as error:
            self.fault = error
            return _FAILED
        request.token = ctypes.addressof(self._given[data])
        request.cleanup = ctypes.cast(self._cleanup, ctypes.c_void_p).value
        return _DONE

    def _forget(self, _connection: int, request: "ctypes._Pointer[_BearerRequest]") -> None:
        self._given.pop(ctypes.addressof(request.contents), None)


def _read(request: _BearerRequest) -> TokenRequest:
    scope = request.scope
    return TokenRequest(
        discovery=request.openid_configuration.decode(),
        scope=None if scope is None else scope.decode(),
    )


def _set_hook(library: ctypes.CDLL, hook: ctypes.c_void_p) -> ctypes.c_void_p:
    """Return the one before."""
    get, set_ = library.PQgetAuthDataHook, library.PQsetAuthDataHook
    get.restype, get.argtypes = ctypes.c_void_p, ()
    set_.restype, set_.argtypes = None, (ctypes.c_void_p,)
    before = ctypes.c_void_p(get())
    set_(hook)
    return before
