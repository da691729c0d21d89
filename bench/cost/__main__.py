import sys

from bench.cost.bill import main

sys.exit(main())
