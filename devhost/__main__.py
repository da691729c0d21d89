"""Check Python's version first: an older one cannot even parse what is imported after that."""

import sys

if sys.version_info[:2] != (3, 13):
    running = ".".join(map(str, sys.version_info[:2]))
    sys.exit(f"Touchstone needs Python 3.13, and this is {running}: run make")

try:
    from devhost.cli import main
except ModuleNotFoundError as missing:
    sys.exit(f"{missing}: run make, which installs what is needed")

sys.exit(main())
