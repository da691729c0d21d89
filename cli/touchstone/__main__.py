"""`python -m touchstone`, which is the same as `touchstone`."""

import sys

from touchstone.main import main

sys.exit(main())
