"""What a person has to do before a client gets an answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.errors import AuthorizationDenied
from shared.openid.authorization.interaction import SignedIn, Step, next_step
from shared.openid.clients.client import Client, Secrets
from tests.openid.asking_client import CLIENT, client
from tests.openid.authorization.requesting import request
from tests.sessions.issuing import NOW

BEGAN = NOW - timedelta(minutes=1)
EARLIER = SignedIn(subject="alice", at=NOW - timedelta(hours=2), consented=False)
SINCE = replace(EARLIER, at=BEGAN + timedelta(microseconds=1))
OTHERS = client(first_party=False)


def step(session: SignedIn | None, client: Client = CLIENT, /, **parameters: str) -> Step:
    return next_step(request(client, **parameters), client, session, began_at=BEGAN, now=NOW)


def test_a_session_is_enough() -> None:
    assert step(EARLIER) is Step.ANSWER


def test_without_a_session_a_sign_in_is_needed() -> None:
    assert step(None) is Step.SIGN_IN


@pytest.mark.parametrize("parameters", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "7199"}])
def test_an_old_sign_in_needs_a_new_gesture(parameters: dict[str, str]) -> None:
    assert step(EARLIER, **parameters) is Step.NEW_GESTURE
    assert step(SINCE, **parameters) is Step.ANSWER


def test_only_a_gesture_after_the_request_is_new() -> None:
    """One at the same moment was not asked for by this request."""
    assert step(replace(EARLIER, at=BEGAN), prompt="login") is Step.NEW_GESTURE
    assert step(replace(EARLIER, at=BEGAN), max_age="0") is Step.NEW_GESTURE


def test_a_sign_in_within_max_age_is_enough() -> None:
    assert step(EARLIER, max_age="7200") is Step.ANSWER


def test_a_gesture_for_this_request_stays_new_while_the_person_reads() -> None:
    assert step(SINCE, max_age="1") is Step.ANSWER


def test_an_account_is_chosen_when_asked_for() -> None:
    assert step(EARLIER, prompt="select_account") is Step.CHOOSE_ACCOUNT
    assert step(replace(EARLIER, chosen=True), prompt="select_account") is Step.ANSWER
    assert step(SINCE, prompt="select_account") is Step.ANSWER


def test_another_person_than_the_client_accepts_has_to_sign_in() -> None:
    only = '{"id_token": {"sub": {"value": "bob"}}}'
    assert step(EARLIER, claims=only) is Step.SIGN_IN
    assert step(replace(SINCE, chosen=True, consented=True), claims=only) is Step.SIGN_IN
    assert step(replace(EARLIER, subject="bob"), claims=only) is Step.ANSWER


def test_consent_is_asked_once_for_clients_of_others() -> None:
    assert step(EARLIER, OTHERS) is Step.CONSENT
    assert step(replace(EARLIER, consented=True), OTHERS) is Step.ANSWER


def test_consent_is_asked_again_when_the_client_says_so() -> None:
    known = replace(EARLIER, consented=True)
    for asking in (CLIENT, OTHERS):
        assert step(known, asking, prompt="consent") is Step.CONSENT
        assert step(replace(known, asked_now=True), asking, prompt="consent") is Step.ANSWER


@pytest.mark.parametrize("uri", ["http://127.0.0.1/callback", "com.example.app:/callback"])
@pytest.mark.parametrize("first_party", [True, False])
def test_an_app_that_another_may_replace_needs_consent_each_time(
    uri: str, *, first_party: bool
) -> None:
    """Also one of a row that says that nobody has to be asked."""
    native = client(redirect_uris=(uri,), first_party=first_party)
    known = replace(EARLIER, consented=True)
    assert step(known, native, redirect_uri=uri) is Step.CONSENT
    assert step(replace(known, asked_now=True), native, redirect_uri=uri) is Step.ANSWER
    proven = replace(native, authentication=Secrets(()))
    assert step(known, proven, redirect_uri=uri) is Step.ANSWER


@pytest.mark.parametrize(
    ("session", "client", "parameters", "error"),
    [
        (None, CLIENT, {}, "login_required"),
        (EARLIER, CLIENT, {"max_age": "60"}, "login_required"),
        (EARLIER, CLIENT, {"claims": '{"id_token":{"sub":{"value":"bob"}}}'}, "login_required"),
        (EARLIER, OTHERS, {}, "consent_required"),
    ],
)
def test_nobody_is_asked_anything_if_the_client_forbids_it(
    session: SignedIn | None, client: Client, parameters: dict[str, str], error: str
) -> None:
    with pytest.raises(AuthorizationDenied) as raised:
        step(session, client, prompt="none", **parameters)
    assert raised.value.name == error


def test_without_a_question_prompt_none_is_answered() -> None:
    assert step(EARLIER, prompt="none") is Step.ANSWER
