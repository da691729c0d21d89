import pytest

from shared.errors import GrantRefused
from shared.openid.authorization.pkce import check_verifier
from tests.openid.authorization.requesting import CHALLENGE, VERIFIER


def test_the_verifier_behind_the_challenge_is_accepted() -> None:
    check_verifier(VERIFIER, challenge=CHALLENGE)


@pytest.mark.parametrize(
    "verifier", [None, "", CHALLENGE, VERIFIER[:-1], VERIFIER + "v", "v" * 129, "ä" * 43]
)
def test_any_other_is_refused(verifier: str | None) -> None:
    """The challenge itself too, as if the method were "plain"."""
    with pytest.raises(GrantRefused) as raised:
        check_verifier(verifier, challenge=CHALLENGE)
    assert raised.value.name == "invalid_grant"


def test_the_example_of_rfc_7636_is_accepted() -> None:
    """Appendix B."""
    check_verifier(
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    )
