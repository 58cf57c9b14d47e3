#!/usr/bin/env python3
"""The door of `make`: checks the Python version in words any Python can read, then hands on to the launcher."""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write("error: Python 3.11 or later is needed, this is %d.%d; try: make PYTHON=python3.11 ...\n" % sys.version_info[:2])  # noqa: UP031
    sys.exit(1)

from launcher.commands import main

sys.exit(main(sys.argv[1:]))
