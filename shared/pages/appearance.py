"""What an operator decides about the look of all pages."""

import base64
from dataclasses import dataclass

from shared.pages.colours import Accent, style_of

FOLDER = "appearance"
"""Of the files that follow from the settings, beside those of the site."""
_OWN_LOGO = "/assets/common/favicon.svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    name: str
    logo: str | None
    """A `data:` URI of a picture."""
    accent: Accent | None

    @property
    def logo_address(self) -> str:
        return f"/assets/{FOLDER}/logo" if self.logo else _OWN_LOGO

    @property
    def links(self) -> str:
        """The elements for the head of a page."""
        style = f'\n  <link rel="stylesheet" href="/assets/{FOLDER}/accent.css">'
        return f'<link rel="icon" href="{self.logo_address}">{style if self.accent else ""}'

    def find_file(self, name: str) -> tuple[bytes, str] | None:
        """The content and the media type of a file in the folder."""
        if name == "accent.css" and self.accent:
            return style_of(self.accent).encode(), "text/css"
        if name == "logo" and self.logo:
            kind, _, picture = self.logo.removeprefix("data:").partition(";base64,")
            return base64.b64decode(picture), kind
        return None
