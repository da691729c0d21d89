"""Look at Python's version before anything is imported that an older one cannot even parse."""

import sys

if sys.version_info[:2] != (3, 13):
    running = ".".join(map(str, sys.version_info[:2]))
    sys.exit(f"Touchstone needs Python 3.13, and this is {running}: run make")

from devhost.cli import main

sys.exit(main())
