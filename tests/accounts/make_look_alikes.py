"""Make `shared/accounts/look_alikes.py` from Unicode's own files.

    python -m tests.accounts.make_look_alikes confusables.txt IdentifierStatus.txt

They are at https://www.unicode.org/Public/security/17.0.0/, of that version or a later one.
"""

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from precis_i18n import get_profile

_MODULE = Path(__file__).parents[2] / "shared" / "accounts" / "look_alikes.py"
_HEAD = '''"""Letters that look like ASCII, from Unicode Technical Standard #39, version {version}.

Made by `tests/accounts/make_look_alikes.py` from `confusables.txt` and `IdentifierStatus.txt` of
https://www.unicode.org/Public/security/{version}/ (Copyright 1991-2025 Unicode, Inc.; Unicode
License v3, https://www.unicode.org/license.txt). It has the letters that a username may hold,
in lower case, each as its code point and what it looks like.
"""

'''


def _rows(path: str) -> Iterator[list[str]]:
    for line in Path(path).read_text(encoding="utf-8-sig").splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if len(fields) > 1:
            yield fields


def _text(code_points: str) -> str:
    return "".join(chr(int(code_point, 16)) for code_point in code_points.split())


def _may_stand_in_a_name(character: str) -> bool:
    try:
        return bool(get_profile("UsernameCaseMapped").enforce(character) == character)
    except UnicodeEncodeError:
        return False


def _allowed(path: str) -> set[int]:
    """What UTS #39 recommends for identifiers."""
    allowed: set[int] = set()
    for code_points, _ in _rows(path):
        first, _, last = code_points.partition("..")
        allowed.update(range(int(first, 16), int(last or first, 16) + 1))
    return allowed


def make(confusables: str, status: str) -> str:
    allowed, look_alikes, unusual = _allowed(status), {}, []
    for source, target, _ in _rows(confusables):
        character, looks = _text(source), _text(target).lower()
        if len(character) != 1 or character.isascii() or not looks.isascii():
            continue
        if not _may_stand_in_a_name(character):
            continue
        look_alikes[ord(character)] = looks
        if unicodedata.name(character).startswith("LATIN") and ord(character) not in allowed:
            unusual.append(ord(character))
    version = Path(confusables).read_text(encoding="utf-8-sig").partition("# Version: ")[2][:6]
    pairs = " ".join(f"{point:x}:{looks}" for point, looks in sorted(look_alikes.items()))
    points = " ".join(f"{point:x}" for point in sorted(unusual))
    return (
        _HEAD.format(version=version)
        + f'_LOOK_ALIKES = r"""\n{_lines(pairs)}\n"""\n_UNUSUAL = """\n{_lines(points)}\n"""\n\n'
        + "LOOK_ALIKES = {\n"
        + '    int(point, 16): looks for point, looks in (pair.split(":", 1) '
        + "for pair in _LOOK_ALIKES.split())\n}\n"
        + "UNUSUAL_LATIN = frozenset(chr(int(point, 16)) for point in _UNUSUAL.split())\n"
        + '"""Latin letters among them that no everyday spelling has."""\n'
    )


def _lines(text: str) -> str:
    return "\n".join(wrap(text, 98, break_long_words=False, break_on_hyphens=False))


if __name__ == "__main__":
    _MODULE.write_text(make(*sys.argv[1:]), encoding="utf-8")
