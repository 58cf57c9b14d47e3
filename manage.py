#!/usr/bin/env python3
"""Django's command line for Một Cửa."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from portal.env import plainly

    with plainly():
        _ = settings.MODE  # reads the environment before any command
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
