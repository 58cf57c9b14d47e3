"""What payments refuse, each with a sentence for the person who asked."""

from django.utils.translation import gettext as _

from dossiers.errors import Refused


class NotPayable(Refused):
    """There is nothing to pay now: paid already, closed, or the time is over."""

    def __init__(self) -> None:
        super().__init__(_("There is no fee to pay for this dossier now."))


class StillUnclear(Refused):
    """Money may have been taken and the gateway is still looking into it: paying again would pay twice."""

    def __init__(self) -> None:
        super().__init__(_("Your last payment is still being checked. Do not pay again."))
