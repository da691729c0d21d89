"""What SqlClient 7.1.1 for .NET was seen to send, with the token of a test.

What was recorded, with a stand-in of SQL Server, are the options, the flags, the features in their
order, the text of the first one, and all that concerns the token. The rest is a test's own.
"""

import ssl
import struct
from dataclasses import dataclass

from tests.counterparts.azure_sql.conversation import Conversation
from tests.counterparts.azure_sql.tds import prelogin
from tests.counterparts.azure_sql.tds.packets import Kind, Message, Reassembly, packets
from tests.counterparts.azure_sql.tds.prelogin import Option
from tests.counterparts.azure_sql.tds.text import bytes_of
from tests.counterparts.azure_sql.tds.wire import STRICT

VERSION, STRICT_VERSION = 0x74000004, 0x08000000
_FLAGS = bytes([0xE0, 0x03, 0x00, 0x10])
_AGENT = "2|MS-MDS|7.1.1|X64|Linux|Debian GNU/Linux 12|.NET 10.0.12"
_NAMES_AFTER_HEADER = 94
FEDERATED = 0x02


def prelogin_message(*, encryption: int = 1) -> Message:
    options = {
        Option.VERSION: bytes([7, 1, 0, 1, 0, 0]),
        Option.ENCRYPTION: bytes([encryption]),
        Option.INSTANCE: b"\0",
        3: struct.pack(">I", 4711),  # the thread
        Option.MARS: b"\0",
        5: bytes(36),  # a trace
        Option.FEDERATED: b"\x01",
    }
    return Message(Kind.PRELOGIN, prelogin.write(options))


def brought(token: str, *, echo: int = 1) -> bytes:
    """`AccessToken`: library 1."""
    content = bytes_of(token)
    return bytes([1 << 1 | echo]) + struct.pack("<I", len(content)) + content


def called_back() -> bytes:
    """`AccessTokenCallback`: library 2, workflow 3."""
    return bytes([0x05, 0x03])


def token_message(token: str) -> Message:
    content = bytes_of(token)
    return Message(Kind.TOKEN, struct.pack("<II", 4 + len(content), len(content)) + content)


def login_message(feature: bytes | None, *, version: int = VERSION) -> Message:
    names = [
        ("workstation", 36),
        ("", 40),  # user
        ("", 44),  # password
        ("Core Microsoft SqlClient Data Provider", 48),
        ("localhost", 52),
        ("Core Microsoft SqlClient Data Provider", 60),
        ("", 64),
        ("orders", 68),
    ]
    header = bytearray(_NAMES_AFTER_HEADER)
    struct.pack_into("<IIIIII", header, 4, version, 8000, 0x07010001, 4711, 0, 0)
    header[24:28] = _FLAGS
    content = b""
    for name, at in names:
        struct.pack_into("<HH", header, at, len(header) + len(content), len(name))
        content += bytes_of(name)
    struct.pack_into("<HH", header, 56, len(header) + len(content), 4)
    content += struct.pack("<I", len(header) + len(content) + 4) + _features(feature)
    struct.pack_into("<I", header, 0, len(header) + len(content))
    return Message(Kind.LOGIN, bytes(header) + content)


def batch(sql: str) -> Message:
    headers = struct.pack("<IIHQI", 22, 18, 2, 0, 1)
    return Message(Kind.BATCH, headers + bytes_of(sql))


def _features(federated: bytes | None) -> bytes:
    features = {0x10: bytes_of(_AGENT), 0x01: b""}
    if federated is not None:
        features[FEDERATED] = federated
    features |= {0x04: b"\x01", 0x05: b"", 0x09: b"\x03", 0x0A: b"\x01", 0x0B: b""}
    features |= {0x0D: b"\x01", 0x0E: b"\x01", 0x0F: b"\x01"}
    written = (struct.pack("<BI", each, len(data)) + data for each, data in features.items())
    return b"".join(written) + b"\xff"


@dataclass(kw_only=True)
class SqlClient:
    """It talks to a server in memory, over TLS inside of packets, or with TLS around them."""

    conversation: Conversation
    trusted: ssl.SSLContext

    def __post_init__(self) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._packets = Reassembly()

    def connect(self) -> Message:
        """Return the first answer."""
        answer = self._exchange_plainly(prelogin_message())
        tls = self._begin_tls()
        while not self._shaken(tls):
            answered = self._exchange_plainly(Message(Kind.PRELOGIN, self._outgoing.read()))
            self._incoming.write(answered.content)
        return answer

    def connect_strictly(self, protocol: str = STRICT) -> Message:
        self.trusted.set_alpn_protocols([protocol])
        tls = self._begin_tls()
        while not self._shaken(tls):
            self._incoming.write(self.conversation.receive(self._outgoing.read()))
        return self.ask(prelogin_message())

    def ask(self, message: Message) -> Message:
        self._tls.write(packets(message))
        self._incoming.write(self.conversation.receive(self._outgoing.read()))
        while (answer := self._packets.next()) is None:
            self._packets.rest += self._tls.read(64 * 1024)
        return answer

    def _exchange_plainly(self, message: Message) -> Message:
        self._packets.rest += self.conversation.receive(packets(message))
        answer = self._packets.next()
        assert answer is not None
        return answer

    def _begin_tls(self) -> ssl.SSLObject:
        self._tls = self.trusted.wrap_bio(
            self._incoming, self._outgoing, server_hostname="localhost"
        )
        return self._tls

    def _shaken(self, tls: ssl.SSLObject) -> bool:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True
