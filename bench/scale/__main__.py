import sys

from bench.scale.fleet_report import main

sys.exit(main())
