"""RP_NAME, RP_LOGO and RP_ACCENT: what people see of the operator on every page."""

from shared.environment import Values
from shared.openid.clients.logos import is_logo
from shared.pages.appearance import Appearance
from shared.pages.colours import Accent, UnfitColour, read_accent

_LONGEST_LOGO = 16_384


def read_appearance(values: Values, *, name: str) -> Appearance:
    """`name` is what authenticators show too."""
    return Appearance(name=name, logo=_read_logo(values), accent=_read_accent(values))


def _read_logo(values: Values) -> str | None:
    logo = values.optional_text("RP_LOGO")
    if logo is None:
        return None
    if len(logo) > _LONGEST_LOGO:
        values.refuse("RP_LOGO", f"may have {_LONGEST_LOGO} characters at most")
    if not is_logo(logo):
        values.refuse("RP_LOGO", "must be a data: URI of a PNG or WebP picture, in base64")
    return logo


def _read_accent(values: Values) -> Accent | None:
    colours = values.items("RP_ACCENT")
    try:
        return read_accent(colours) if colours else None
    except UnfitColour as error:
        values.refuse("RP_ACCENT", str(error))
