"""A client's logo: a small picture as a `data:` URI, since our pages load nothing from elsewhere.

An SVG may have a script, so it is refused.
"""

import base64
import binascii
import re

_DATA = re.compile(r"data:image/(png|webp);base64,([A-Za-z0-9+/]+={0,2})")
_BEGINNINGS = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n.*", re.DOTALL),
    "webp": re.compile(rb"RIFF....WEBPVP8.*", re.DOTALL),
}


def is_logo(text: str) -> bool:
    """Whether it is a PNG or WebP, and not something else with such a name."""
    parts = _DATA.fullmatch(text)
    if parts is None:
        return False
    try:
        picture = base64.b64decode(parts[2], validate=True)
    except binascii.Error:
        return False
    return _BEGINNINGS[parts[1]].fullmatch(picture) is not None
