"""Agencies whose own software decides: list them, or say it of one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from agencies.models import Agency
from agencies.services.settings import use_own_software


class Command(BaseCommand):
    """`own_software` lists; `own_software H37.30 "Name of the software" --by USERNAME` sets; an empty name takes it back."""

    help = "Agencies that decide in software of their own: their dossiers are received here, reports are typed or imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Code of the agency, name of its software, who says so."""
        parser.add_argument("agency", nargs="?", help="code of the agency, such as H37.30")
        parser.add_argument("name", nargs="?", help="name of its software; empty: it works here again")
        parser.add_argument("--by", help="user name of the person who answers for it")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or change one agency."""
        if not options["agency"]:
            for one in Agency.objects.exclude(own_software="").order_by("sort_key"):
                self.stdout.write(f"{one.code}  {one.name_vi}: {one.own_software}")
            return
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None or options["name"] is None:
            raise CommandError("Name an agency's code and the name of its software.")
        if len(options["name"]) > 80:
            raise CommandError("The name has at most 80 characters.")
        actor = User.objects.filter(username=options["by"]).first() if options["by"] else None
        if options["by"] and actor is None:
            raise CommandError(f"There is no user {options['by']}.")
        is_new = use_own_software(agency, name=options["name"].strip(), actor=actor)
        self.stdout.write("changed" if is_new else "it is so already")
