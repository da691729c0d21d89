from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Clock:
    """Of Apache, as the rule in Lua reads it."""

    file: Path

    def is_fast(self, seconds: int) -> None:
        self.file.write_text(str(seconds))

    @property
    def reading(self) -> str:
        return f'(os.time() + io.lines("{self.file}")())'
