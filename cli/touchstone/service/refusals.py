"""What an answer of the service that is no success means for a person."""

from typing import Any

from touchstone.failures import Failure, NotSignedIn, Refused, SignInTooWeak, Unavailable
from touchstone.service.web import Answer

_BUSY = (429, 502, 503, 504)
_SIGN_IN = "Run `touchstone login`."
_TEXTS = {
    "invalid_client": (
        Refused,
        "This service has no client for the command line.",
        "Ask its administrator: COMMAND_LINE may be off there.",
    ),
    "invalid_target": (
        Refused,
        "There is no such profile, or it is not for you.",
        "`touchstone access` lists what you may ask for.",
    ),
}
"""By the error of OAuth."""


def demand(answer: Answer) -> Answer:
    """Raises Failure for what is no success."""
    if not answer.is_good:
        raise failure_of(answer)
    return answer


def failure_of(answer: Answer) -> Failure:
    said = answer.json
    name = answer.fault or str(answer.status)
    text = str(said.get("error_description") or said.get("detail") or said.get("title") or "")
    if said.get("error") == "insufficient_user_authentication" or "max_age" in said:
        return _too_weak(said)
    if answer.status in _BUSY or name == "temporarily_unavailable":
        return _busy(answer, text)
    if name in _TEXTS and "correlation_id" not in said:
        kind, ours, to_do = _TEXTS[name]
        return kind(ours, to_do=to_do, members={"reason": name})
    if answer.status == 401 or name == "invalid_grant":
        return NotSignedIn(text or "The sign-in does not count any more.", to_do=_SIGN_IN)
    if answer.status >= 500:
        return Unavailable(f"The service failed ({answer.status}).", to_do="Try again later.")
    shown: dict[str, object] = {"reason": name}
    shown |= {key: said[key] for key in ("correlation_id", "trace_id") if key in said}
    return Refused(text or f"The service refused ({name}).", members=shown)


def _too_weak(said: dict[str, Any]) -> Failure:
    missing, age = said.get("missing"), said.get("max_age")
    found = [str(each) for each in missing] if isinstance(missing, list) else []
    what = f": {', '.join(found)}" if found else ""
    return SignInTooWeak(
        f"The sign-in is too old, or its passkey is not of the kind that this needs{what}.",
        max_age=age if isinstance(age, int) else None,
        acr_values=str(said.get("acr_values") or ""),
        missing=found,
    )


def _busy(answer: Answer, text: str) -> Failure:
    wait = answer.headers.get("Retry-After", "")
    after = f" in {wait} seconds" if wait.isdecimal() else " in a moment"
    members: dict[str, object] = {"retry_after": int(wait)} if wait.isdecimal() else {}
    said = text or f"The service is busy ({answer.status})."
    return Unavailable(said, to_do=f"Try again{after}.", members=members)
