"""Emoji of several code points in display names.

RFC 8266 refuses joiners and variation selectors, since they are invisible by themselves. Within an
emoji they are visible, so they are accepted after a pictograph and nowhere else. Tag characters can
hide any text, so they are accepted only in the three flags that are encoded with them.
"""

import re
from collections.abc import Callable

_PICTOGRAPH = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf"
    "\u23e9-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_PART = f"{_PICTOGRAPH}[\U0001f3fb-\U0001f3ff]?\ufe0f?"
_JOINED = f"{_PART}(?:\u200d{_PART}){{1,8}}"
_KEYCAP = "[0-9#*]\ufe0f\u20e3"
_FLAG = "\U0001f3f4\U000e0067\U000e0062(?:{})\U000e007f".format(
    "|".join(
        "".join(chr(0xE0000 + ord(letter)) for letter in region) for region in ("eng", "sct", "wls")
    )
)
_STAND_IN = "\U0001f600"
_SEQUENCE = re.compile(f"{_FLAG}|{_JOINED}|{_PICTOGRAPH}\ufe0f|{_KEYCAP}|{_STAND_IN}")


def around_emoji(prepare: Callable[[str], str], text: str) -> str:
    """Prepare the text as if each of these emoji were one plain character; keep the emoji
    unchanged."""
    sequences = iter(_SEQUENCE.findall(text))
    prepared = prepare(_SEQUENCE.sub(_STAND_IN, text))
    return re.sub(_STAND_IN, lambda _: next(sequences), prepared)
