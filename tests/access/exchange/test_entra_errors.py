import pytest

from shared.access.exchange.entra_errors import EntraFault, read_failure


@pytest.mark.parametrize(
    ("status", "codes", "fault"),
    [
        (401, [700211], EntraFault.NOT_TRUSTED_YET),
        (400, [70021], EntraFault.NOT_TRUSTED_YET),
        (401, [700213, 70021], EntraFault.SUBJECT),
        (401, [7002138], EntraFault.LETTER_CASE),
        (429, [50196], EntraFault.THROTTLED),
        (429, None, EntraFault.THROTTLED),
        (503, [1], EntraFault.UNAVAILABLE),
        (400, [999999], EntraFault.OTHER),
        (400, "700213", EntraFault.OTHER),
        (400, [], EntraFault.OTHER),
        (400, {"0": 1}, EntraFault.OTHER),
    ],
)
def test_errors_are_told_apart_by_number(status: int, codes: object, fault: EntraFault) -> None:
    assert read_failure(status, {"error_codes": codes}).fault is fault


@pytest.mark.parametrize(
    ("text", "seconds"), [("7", 7), (None, None), ("Wed, 21 Oct 2026", None), ("9" * 9, None)]
)
def test_when_to_ask_again(text: str | None, seconds: int | None) -> None:
    assert read_failure(429, {}, retry_after=text).retry_after == seconds


def test_every_fault_says_what_to_do() -> None:
    assert all(each.text.endswith(".") for each in EntraFault)
    assert len({each.text for each in EntraFault}) == len(EntraFault)
