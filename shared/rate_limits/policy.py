"""The rate limits and their defaults.

| limit                  | default | counts                              | in doubt |
|------------------------|---------|-------------------------------------|----------|
| begin.account          | 60/1m   | begins on one session, pass or link | admits   |
| begin.address          | 120/1m  | begins without one                  | admits   |
| creation.account       | 10/1h   | credentials added to an account     | refuses  |
| creation.address       | 30/1h   | accounts that strangers make        | refuses  |
| creation.tenant        | 1000/1h | accounts that strangers make        | refuses  |
| authentication.address | 50/5m   | failed sign-ins and registrations   | admits   |
| replay.address         | 30/5m   | answers to ceremonies that are over | admits   |
| guess.account          | 5/15m   | wrong access passes                 | refuses  |
| guess.address          | 20/15m  | wrong access passes                 | refuses  |
| token.session          | 30/1m   | refreshes, but the first one after  | admits   |
|                        |         | a pause of a window's length        |          |
| refusal.account        | 30/1m   | refusals of a known caller          | admits   |
| client.account         | 50/5m   | clients' failures to prove who they are | admits |
| client.address         | 50/5m   | the same                            | admits   |
| fetch.address          | 30/5m   | documents that strangers have fetched | refuses |
| fetch.tenant           | 300/1m  | the same                            | refuses  |
| authorization.address  | 120/1m  | sign-ins to clients                 | admits   |
| pushed-request.client  | 600/1m  | requests that a client pushes       | admits   |
| pushed-request.address | 120/1m  | the same, if anybody may send them  | admits   |
| client-token.account   | 30/1m   | codes of one person that a client   | admits   |
|                        |         | redeems, or that person's tokens by |          |
|                        |         | one profile, but the first one      |          |
|                        |         | after a pause of a window's length  |          |
| device.client          | 600/1m  | devices of a client that ask for a code | admits |
| device.address         | 30/1m   | the same, if anybody may send them  | admits   |
| approval.account       | 30/5m   | approvals that a person asks for    | admits   |
| backup.account         | 60/5m   | looks of a person into vaults       | admits   |
| user-code.account      | 10/15m  | wrong codes of devices              | refuses  |
| user-code.address      | 20/15m  | the same                            | refuses  |

"In doubt" means that storage cannot say how much was counted. A new credential gives access for
years, and a pass can be guessed. So neither is accepted uncounted: the answer is 503. A begin
reveals nothing, an assertion cannot be guessed, and a refresh token carries our seal. So people can
sign in while a counter is unavailable. A token without the seal is refused before anything is read
or counted, so refreshes need no limit by address.

A stranger registers without a token, which `REGISTRATION=open` allows. A caller who adds a
credential has a token, from a sign-in, an access pass or an identity provider. Only the limit of
their account applies, so neither strangers nor other people at the same address can use it up.
Begins are counted for the session, pass or link behind the token. Whether that is still valid is
not known before the begin is counted, as it would take another round trip. So a token of an ended
session cannot use up the account's limit. A begin checks the creation limits and counts nothing for
them, so that people are refused before they make a passkey. A finish counts after it is verified,
and gives back if it fails afterwards. So the quota is exact. A person who begins while others take
the last of it may still be refused at the finish.

What is given back can be used again in the same process; other instances count it as used until the
window ends. So failures after the check, as when a name is taken, waste at most what was in
progress at the same time: in each instance two of an address and eight of all addresses
(`shared.relying_party.passkeys.new_account_limit`). With N instances, an address that fails on
purpose can use up 2N of its quota, and all strangers 8N of theirs together.

No limit refuses a sign-in with a valid signature. Failures are counted after they are found, so
failures by others, at the same account or elsewhere, keep nobody out. The same is true of
registrations. The limit on failures bounds what they store: above it a failure is refused with 429,
and no event with evidence is recorded. The begins bound how much is verified, as each begin allows
one verification. If no address is known (`TRUSTED_PROXY_HOPS=0`), no limit by address applies, and
the proxy before the service must limit its clients.

`refusal.account` refuses nothing. It counts how often a known caller is refused before a ceremony
begins, as for a missing role or an old sign-in. The caller is a person here, a provider's user or
an application, counted by ID. Above it the answer is the same, and no event is recorded
(`shared.recording.refusals`).

`client-token.account` counts an account together with a client or a profile, so none uses up the
limit of another. A code that it refuses is not used up, and may have expired when the window ends.

Failures of others keep no client out that proves who it is. Requests to strangers' hosts are
counted before.

Windows are fixed: on every instance they start at multiples of their length. So one row is enough,
a lock-out ends at a known time, and `Retry-After` is exact. The price is that up to two quotas fit
around the end of a window. The long-term rate, which matters for guessing, is still the quota's. A
sliding window would need a second read, of the row of the window before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    BEGIN = "begin"
    CREATION = "creation"
    AUTHENTICATION = "authentication"
    REPLAY = "replay"
    GUESS = "guess"
    TOKEN = "token"  # noqa: S105  the word for a kind of request
    REFUSAL = "refusal"
    CLIENT = "client"
    FETCH = "fetch"
    AUTHORIZATION = "authorization"
    PUSHED_REQUEST = "pushed-request"
    CLIENT_TOKEN = "client-token"  # noqa: S105  the word for a kind of request
    DEVICE = "device"
    USER_CODE = "user-code"
    APPROVAL = "approval"
    BACKUP = "backup"


class Subject(StrEnum):
    """Whom a limit counts. Where both apply, the account is checked before the address."""

    ACCOUNT = "account"
    SESSION = "session"
    CLIENT = "client"
    """A client of the OpenID provider."""
    ADDRESS = "address"
    TENANT = "tenant"


class OnOutage(StrEnum):
    """What to do if the count is not known: storage is unavailable, or attempts are in progress."""

    ADMIT = "admit"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    action: Action
    subject: Subject
    quota: int
    window_seconds: int
    in_doubt: OnOutage

    @property
    def name(self) -> str:
        return f"{self.action}.{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How much of one limit is left."""

    limit: Limit
    remaining: int
    reset_seconds: int


def _limit(action: Action, subject: Subject, quota: int, seconds: int, doubt: OnOutage) -> Limit:
    return Limit(
        action=action, subject=subject, quota=quota, window_seconds=seconds, in_doubt=doubt
    )


DEFAULTS: tuple[Limit, ...] = (
    _limit(Action.BEGIN, Subject.ACCOUNT, 60, 60, OnOutage.ADMIT),
    _limit(Action.BEGIN, Subject.ADDRESS, 120, 60, OnOutage.ADMIT),
    _limit(Action.CREATION, Subject.ACCOUNT, 10, 3600, OnOutage.REFUSE),
    _limit(Action.CREATION, Subject.ADDRESS, 30, 3600, OnOutage.REFUSE),
    _limit(Action.CREATION, Subject.TENANT, 1000, 3600, OnOutage.REFUSE),
    _limit(Action.AUTHENTICATION, Subject.ADDRESS, 50, 300, OnOutage.ADMIT),
    _limit(Action.REPLAY, Subject.ADDRESS, 30, 300, OnOutage.ADMIT),
    _limit(Action.GUESS, Subject.ACCOUNT, 5, 900, OnOutage.REFUSE),
    _limit(Action.GUESS, Subject.ADDRESS, 20, 900, OnOutage.REFUSE),
    _limit(Action.TOKEN, Subject.SESSION, 30, 60, OnOutage.ADMIT),
    _limit(Action.REFUSAL, Subject.ACCOUNT, 30, 60, OnOutage.ADMIT),
    _limit(Action.CLIENT, Subject.ACCOUNT, 50, 300, OnOutage.ADMIT),
    _limit(Action.CLIENT, Subject.ADDRESS, 50, 300, OnOutage.ADMIT),
    _limit(Action.FETCH, Subject.ADDRESS, 30, 300, OnOutage.REFUSE),
    _limit(Action.FETCH, Subject.TENANT, 300, 60, OnOutage.REFUSE),
    _limit(Action.AUTHORIZATION, Subject.ADDRESS, 120, 60, OnOutage.ADMIT),
    _limit(Action.PUSHED_REQUEST, Subject.CLIENT, 600, 60, OnOutage.ADMIT),
    _limit(Action.PUSHED_REQUEST, Subject.ADDRESS, 120, 60, OnOutage.ADMIT),
    _limit(Action.CLIENT_TOKEN, Subject.ACCOUNT, 30, 60, OnOutage.ADMIT),
    _limit(Action.DEVICE, Subject.CLIENT, 600, 60, OnOutage.ADMIT),
    _limit(Action.DEVICE, Subject.ADDRESS, 30, 60, OnOutage.ADMIT),
    _limit(Action.APPROVAL, Subject.ACCOUNT, 30, 300, OnOutage.ADMIT),
    _limit(Action.BACKUP, Subject.ACCOUNT, 60, 300, OnOutage.ADMIT),
    _limit(Action.USER_CODE, Subject.ACCOUNT, 10, 900, OnOutage.REFUSE),
    _limit(Action.USER_CODE, Subject.ADDRESS, 20, 900, OnOutage.REFUSE),
)


def limits_of(limits: Iterable[Limit], action: Action) -> tuple[Limit, ...]:
    return tuple(limit for limit in limits if limit.action is action)
