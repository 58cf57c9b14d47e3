#!/usr/bin/env python3
"""The door of `make`: checks the Python version in words any Python can read, then hands on to the launcher."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it is here for the Pythons that cannot read the rest
    found = "%d.%d" % sys.version_info[:2]  # noqa: UP031
    sys.stderr.write("error: Python 3.11 or later is needed, this is " + found + "; try: make PYTHON=python3.11 ...\n")
    sys.exit(1)

from launcher.commands import main

sys.exit(main(sys.argv[1:]))
