"""Receives the answer of a sign-in from the browser, on a port of this machine (RFC 8252)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from touchstone.failures import NotSignedIn

_PATH = "/callback"
_SECONDS = 5
"""For one request. Browsers open connections that they may never use."""
_DONE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Touchstone</title>
<p>{text} You may close this page, and go back to the terminal.</p>
</html>
"""


class Loopback:
    """Only what has the state of this sign-in is an answer: other programs and pages may send
    requests here, too."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._answer: dict[str, str] | None = None
        self._has_answer = threading.Event()

    @contextmanager
    def listening(self) -> Iterator[str]:
        """The redirect URI."""
        server = _Server(("127.0.0.1", 0), _handler_for(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{_PATH}"
        finally:
            server.shutdown()
            server.server_close()

    def wait(self, seconds: float) -> dict[str, str]:
        """Raises NotSignedIn."""
        if not self._has_answer.wait(seconds) or self._answer is None:
            raise NotSignedIn(
                "Nobody signed in within the time that there is for it.",
                to_do="Run the command again. With --device another machine can be used.",
            )
        return self._answer

    def take(self, address: str) -> str | None:
        """The page for an answer; None for what is none. The first one counts."""
        parts = urlsplit(address)
        found = parse_qs(parts.query, keep_blank_values=True)
        if parts.path != _PATH or found.get("state") != [self._state]:
            return None
        if any(len(values) != 1 for values in found.values()):
            return None
        if self._answer is None:
            self._answer = {name: values[0] for name, values in found.items()}
            self._has_answer.set()
        is_good = "code" in self._answer
        return _DONE.format(text="You are signed in." if is_good else "You are not signed in.")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


def _handler_for(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS

        def do_GET(self) -> None:
            page = loopback.take(self.path)
            body = (page or "").encode()
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Content-Security-Policy", "default-src 'none'")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The address has a code, which no log may have."""

    return Handler
