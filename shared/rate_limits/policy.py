"""The limits there are, their defaults, and the setting that changes them.

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
| token.session          | 30/1m   | every refresh                       | admits   |
| refusal.account        | 30/1m   | refusals of a known caller          | admits   |

In doubt means that storage cannot tell how much was counted. A new credential lets somebody in for
years and a pass can be guessed, so neither happens uncounted: the request is answered with 503. A
begin gives nothing away, an assertion cannot be guessed, and a refresh token carries our seal, so
people go on signing in while a counter is out of reach. A token without the seal is refused before
anything is read or counted, so refreshes need no limit by address.

A stranger is who registers without a token, which `REGISTRATION=open` allows. Who adds a credential
has a token, from a sign-in, an access pass or an identity provider, and is counted for the account
alone: neither strangers nor neighbours at one address can use that up. Nor can a token of what has
ended, as begins are counted for the session, pass or link that the token rests on: whether that
stands is not known before the begin is counted, or it would take another round trip. A begin
looks at the creation limits and counts nothing for them, so that people are told before they make a
passkey. A finish counts, after it is verified, and gives back if nothing comes of it. So the quota
is exact; whoever begins while the last places are given away may still be refused at the finish.

What is given back serves the same process; for other instances it stays used until the window ends.
So failures after the check, as when a name is taken, waste what was under way at once: two places
of an address and eight of all, of each instance
(`shared.relying_party.passkeys.new_account_limit`). With N instances an address that fails on
purpose can use up 2N of its places, and strangers 8N of theirs together.

No limit refuses a sign-in whose signature is right: failures are counted after they are found, so
whoever fails, at an account or beside it, keeps nobody out. The same holds for registrations. What
the limit on failures bounds is what they leave: beyond it one is refused with 429 and is no event
with evidence. How much is verified is bounded by the begins, as each allows one verification. Where
no address is known (`TRUSTED_PROXY_HOPS=0`), no limit by address applies, and whatever stands
before the service must bound its clients.

`refusal.account` refuses nothing. It counts how often a caller is refused before anything is begun,
as for want of a role or of a fresh sign-in: a person here, a provider's user or an application, by
their ID. Beyond it the answer is the same, and leaves no event (`shared.recording.refusals`).

Windows are fixed: they start at multiples of their length, on every instance the same. So one row
tells everything, a lock-out ends at a moment that is known from the start, and `Retry-After` is
exact. The price is that up to two quotas fit around the end of a window; the long-term rate, which
is what guessing depends on, is the quota's. A sliding window would need the row of the window
before as well, a second read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Action(StrEnum):
    BEGIN = "begin"
    CREATION = "creation"
    AUTHENTICATION = "authentication"
    REPLAY = "replay"
    GUESS = "guess"
    TOKEN = "token"  # noqa: S105  the word for a kind of request
    REFUSAL = "refusal"


class Subject(StrEnum):
    """Whom a limit counts. An account comes before an address wherever both are looked at."""

    ACCOUNT = "account"
    SESSION = "session"
    ADDRESS = "address"
    TENANT = "tenant"


class OnOutage(StrEnum):
    """What to do when the count is not known: storage is silent, or attempts are under way."""

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
    """Where somebody stands with one limit."""

    limit: Limit
    remaining: int
    reset_seconds: int


_UNITS: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_VALUE = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,4})([smhd])")
_LONGEST = 86400


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
)


def read_limits(text: str | None) -> tuple[Limit, ...]:
    """Read `RATE_LIMITS`, which names what differs from the defaults: `begin.address=600/1m,
    creation.tenant=off`. Raise ValueError saying what is wrong.
    """
    limits = {limit.name: limit for limit in DEFAULTS}
    for name, value in _read_items(text or "").items():
        if value == "off":
            del limits[name]
        else:
            limits[name] = _change(limits[name], value)
    _check_nesting(limits_of(limits.values(), Action.CREATION))
    return tuple(limits.values())


def limits_of(limits: Iterable[Limit], action: Action) -> tuple[Limit, ...]:
    return tuple(limit for limit in limits if limit.action is action)


def _read_items(text: str) -> dict[str, str]:
    known = [limit.name for limit in DEFAULTS]
    items: dict[str, str] = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        name, equals, value = (part.strip() for part in item.partition("="))
        if name not in known:
            raise ValueError(f"{name!r} is not one of {', '.join(known)}")
        if not equals or name in items:
            raise ValueError(f"{name} must be given once, as {name}=60/1m or {name}=off")
        items[name] = value
    return items


def _change(limit: Limit, value: str) -> Limit:
    parts = _VALUE.fullmatch(value)
    if parts is None:
        raise ValueError(
            f"{limit.name}: {value!r} is neither off nor of the form 60/1m (s, m, h, d)"
        )
    seconds = int(parts[2]) * _UNITS[parts[3]]
    if seconds > _LONGEST:
        raise ValueError(f"{limit.name}: {value!r} has a window of more than a day")
    return replace(limit, quota=int(parts[1]), window_seconds=seconds)


def _check_nesting(limits: Iterable[Limit]) -> None:
    """Limits that are spent in one transaction share the partition of the longest window."""
    longest = max(limits, key=lambda limit: limit.window_seconds, default=None)
    for limit in limits:
        if longest is not None and longest.window_seconds % limit.window_seconds:
            raise ValueError(
                f"{limit.name}: its window of {limit.window_seconds} s does not divide "
                f"the {longest.window_seconds} s of {longest.name}"
            )
