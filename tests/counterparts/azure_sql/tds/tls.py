"""TLS apart from sockets."""

import ssl


class Tls:
    """The server's side. Bytes of TLS go in and come out; what is in them goes the other way."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.established = False
        self.protocol: str | None = None

    def receive(self, data: bytes) -> bytes:
        self._incoming.write(data)
        content = b""
        try:
            if not self.established:
                self._tls.do_handshake()
                self.established = True
                self.protocol = self._tls.selected_alpn_protocol()
            while part := self._tls.read(64 * 1024):
                content += part
        except ssl.SSLWantReadError:
            pass
        return content

    def send(self, content: bytes) -> None:
        self._tls.write(content)

    def outgoing(self) -> bytes:
        return self._outgoing.read()
