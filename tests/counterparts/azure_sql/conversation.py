"""What the server answers to each message of a client."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.counterparts.azure_sql.database import Database, Session
from tests.counterparts.azure_sql.entra_tokens import RESOURCE
from tests.counterparts.azure_sql.execution import run_call, run_statement
from tests.counterparts.azure_sql.tds import answers, login, prelogin, transactions
from tests.counterparts.azure_sql.tds.answers import SqlError
from tests.counterparts.azure_sql.tds.login import FEDERATED, Login
from tests.counterparts.azure_sql.tds.packets import Kind, Message
from tests.counterparts.azure_sql.tds.wire import Wire


@dataclass(kw_only=True)
class Conversation:
    """With one client. `receive` takes its bytes and returns those for it."""

    tls: Callable[[bool], ssl.SSLContext]
    """Asked with True if TLS comes first."""
    database: Database
    kinds: list[int] = field(default_factory=list)
    """Of its messages."""
    login: Login | None = None
    ended: bool = False
    _session: Session | None = None

    def __post_init__(self) -> None:
        self._wire = Wire(self.tls)

    @property
    def strict(self) -> bool:
        return self._wire.strict

    def receive(self, data: bytes) -> bytes:
        for message in self._wire.receive(data):
            self.kinds.append(message.kind)
            self._wire.send(Message(Kind.ANSWER, self._answer(message)))
            if message.kind == Kind.PRELOGIN and not self.strict:
                self._wire.encrypt()
        return self._wire.outgoing()

    def _answer(self, message: Message) -> bytes:
        if message.kind == Kind.PRELOGIN:
            asked = prelogin.read(message.content)
            return prelogin.write(prelogin.answer(asked, strict=self.strict))
        if not self._wire.encrypted:
            raise ValueError("the client does not encrypt")
        try:
            return self._answer_encrypted(message)
        except SqlError as error:
            self.ended = self._session is None
            return answers.refusal(error)

    def _answer_encrypted(self, message: Message) -> bytes:
        if self._session is None:
            return self._sign_in(message)
        if message.reset:
            self._session.reset()
        match message.kind:
            case Kind.BATCH:
                return run_statement(self._session, message.content)
            case Kind.RPC:
                return run_call(self._session, message.content)
            case Kind.TRANSACTION:
                return transactions.answer(message.content)
            case Kind.ATTENTION:
                return answers.stopped()
        raise ValueError(f"no message of kind {message.kind} is expected")

    def _sign_in(self, message: Message) -> bytes:
        if message.kind == Kind.LOGIN:
            self.login = login.read(message.content)
            token = self._token_of(self.login)
        else:
            token = login.brought_later(message.content)
        if token is None:
            address = f"https://login.microsoftonline.com/{self.database.entra.tenant}"
            return answers.where_tokens_are_from(address, f"{RESOURCE}/")
        self._session = self.database.sign_in(token)
        assert self.login is not None
        return answers.login(self.login.version, self.login.database, {FEDERATED: b""})

    def _token_of(self, told: Login) -> str | None:
        if FEDERATED not in told.features or told.user or told.password:
            raise answers.login_failed()
        return login.token_of(told.features[FEDERATED])
