"""Runs the program beside it for one person after the other, in one process: they share its pools.

PEOPLE is a list of settings in JSON.
"""

import json
import os
import runpy

for settings in json.loads(os.environ["PEOPLE"]):
    os.environ.update(settings)
    runpy.run_path("program.py")
