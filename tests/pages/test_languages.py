"""The application's wish comes first, then the browser's, and English is for the rest."""

import pytest

from shared.pages.languages import choose_language


@pytest.mark.parametrize(
    ("ui_locales", "accept_language", "language"),
    [
        ("", "", "en"),
        ("", "de", "de"),
        ("", "de-AT,en;q=0.5", "de"),
        ("", "en;q=0.5,DE;q=0.9", "de"),
        ("", "fr,en;q=0.8,de;q=0.8", "en"),
        ("", "fr, de ; q=0.1", "de"),
        ("", "de;q=0,fr", "en"),
        ("", "de;q=0.000", "en"),
        ("", "*", "en"),
        ("", "de;q=2,;;,=", "en"),
        ("", "den", "en"),
        ("fr de-AT", "en", "de"),
        ("en", "de", "en"),
        ("fr", "de", "de"),
        ("de<script>", "en", "en"),
        ("fr " * 5_000 + "de", "fr," * 5_000 + "de", "en"),
    ],
)
def test_a_page_is_in_one_of_its_languages(
    ui_locales: str, accept_language: str, language: str
) -> None:
    assert choose_language(ui_locales, accept_language) == language
