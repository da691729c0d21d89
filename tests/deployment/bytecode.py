"""Whether Python would take the bytecode of a module as it is."""

import marshal
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from types import CodeType

UNCHECKED_HASH = (1).to_bytes(4, "little")
"""PEP 552: the hash of the source instead of its time, and Python does not check it."""


def without_bytecode(folder: Path) -> list[Path]:
    """The modules that Python would compile, or compile differently."""
    return [path for path in folder.rglob("*.py") if not _has_bytecode(path)]


def _has_bytecode(path: Path) -> bool:
    compiled = Path(cache_from_source(str(path)))
    if not compiled.exists():
        return False
    source, content = path.read_bytes(), compiled.read_bytes()
    code = marshal.loads(content[16:])  # noqa: S302  # made by this test
    return content[:16] == MAGIC_NUMBER + UNCHECKED_HASH + source_hash(source) and isinstance(
        code, CodeType
    )
