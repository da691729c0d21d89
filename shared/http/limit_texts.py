"""The text of a limit: what it counts, how much, and when to try again."""

from collections.abc import Mapping
from math import ceil

from shared.errors import TooManyRequests

TEXTS: Mapping[str, str] = {
    "begin.account": "One session, access pass or link may begin {quota} registrations "
    "in {window}.",
    "begin.address": "One address may begin {quota} registrations and sign-ins in {window}.",
    "creation.account": "An account may get {quota} new passkeys in {window}. Its existing "
    "passkeys still work.",
    "creation.address": "One address may create {quota} new accounts in {window}. People with an "
    "account or an access pass are not counted.",
    "creation.tenant": "{quota} new accounts may be created here in {window}. People with an "
    "account or an access pass are not counted.",
    "authentication.address": "{quota} sign-ins and registrations from one address may fail in "
    "{window}. This never refuses a valid one.",
    "replay.address": "One address may send {quota} answers to ended ceremonies in "
    "{window}. Begin again, and answer each ceremony once.",
    "guess.account": "{quota} wrong access passes may be tried for one account in {window}.",
    "guess.address": "{quota} wrong access passes may be tried from one address in {window}.",
    "client.account": "A client may fail {quota} times in {window} to prove who it is. This never "
    "refuses one that does.",
    "client.address": "Clients at one address may fail {quota} times in {window} to prove who they "
    "are. This never refuses one that does.",
    "fetch.address": "One address may name {quota} unknown clients in {window} whose documents "
    "have to be fetched.",
    "fetch.tenant": "{quota} documents of unknown clients may be fetched in {window}.",
    "authorization.address": "One address may sign in to applications {quota} times in {window}.",
    "pushed-request.client": "A client may push {quota} authorization requests in {window}.",
    "pushed-request.address": "{quota} authorization requests of public clients may be pushed from "
    "one address in {window}.",
    "client-token.account": "A client may redeem {quota} codes of one person in {window}. Use a "
    "token until it is nearly over.",
    "device.client": "Devices of one client may ask for {quota} codes in {window}.",
    "device.address": "Devices at one address may ask for {quota} codes in {window}.",
    "backup.account": "Backups may be looked at {quota} times by one person in {window}.",
    "approval.account": "{quota} approvals may be asked for by one person in {window}.",
    "user-code.account": "{quota} wrong codes of devices may be typed for one account in {window}.",
    "user-code.address": "{quota} wrong codes of devices may be typed from one address in "
    "{window}.",
    "token.session": "One session may be refreshed {quota} times in {window}.",
}


def limit_detail(error: TooManyRequests) -> str:
    text = TEXTS[error.policy].format(quota=error.quota, window=_in_words(error.window_seconds))
    return f"{text} Try again in {_in_words(error.retry_after)}."


def _in_words(seconds: int) -> str:
    """Rounded up, so that a retry at that time is not too early."""
    for unit, name in ((3600, "hour"), (60, "minute")):
        if seconds >= 2 * unit or seconds == unit:
            return _count(ceil(seconds / unit), name)
    return _count(seconds, "second")


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
