"""ACCESS_PROFILES: what it holds, and that a refusal names the place."""

import json

import pytest

from shared.access.profiles.profile import Profile
from shared.settings import InvalidSetting, read_settings
from tests.access.profiles.documents import oauth, restore, sql, window
from tests.test_settings import LEAST


def read(*entries: object, text: str | None = None) -> tuple[Profile, ...]:
    given = json.dumps(entries) if text is None else text
    return read_settings(LEAST | {"ACCESS_PROFILES": given}).profiles


def test_entries_are_profiles_that_nobody_changes() -> None:
    assert read_settings(LEAST).profiles == ()
    assert [(each.name, each.from_settings) for each in read(sql(name="a"), sql(name="b"))] == [
        ("a", True),
        ("b", True),
    ]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([sql(name="A")], "[0].name: "),
        ([sql(), sql()], "[1].name: is that of another entry"),
        ([sql(name="a"), sql(windows=[window(timeZone="Mars/X")])], "[1].windows[0].timeZone: "),
        ([sql(name="a"), restore()], "[1].parameters.clientId: is of a profile that restores"),
        ([oauth(resource=LEAST["ISSUER"])], "[0].parameters.resource: is an audience of this"),
        ([oauth(resource=f"{LEAST['ISSUER']}/account")], "[0].parameters.resource: is an "),
        ([1], "[0]: must be an object"),
        ([{"name": "a"} | {"x": 1}], "[0]."),
    ],
)
def test_a_refusal_names_the_place(entries: list[object], message: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        read(*entries)
    assert str(refused.value).startswith(f"ACCESS_PROFILES{message}")


TOO_MANY = json.dumps([{}] * 101)


@pytest.mark.parametrize("text", ["{}", "[", '[{"name": "a", "name": "b"}]', TOO_MANY])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match=r"^ACCESS_PROFILES: "):
        read(text=text)
