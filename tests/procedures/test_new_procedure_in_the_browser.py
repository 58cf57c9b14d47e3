"""A procedure nobody has heard of yet: written, handed in, decided, classified and filed, by the pages alone.

Each page on the way is looked at as in the journeys: free of axe findings, as wide as the screen, without script errors.
"""

import pytest

from dossiers.models import Dossier
from procedures.models import OnlineService, ProcedureVersion
from tests import cast
from tests.journeys.walker import PHONE
from tests.procedures import desk, new_procedure
from tests.procedures.browser import Sits, kept_catalogue, sits

__all__ = ["kept_catalogue", "sits"]
pytestmark = [
    pytest.mark.browser, pytest.mark.usefixtures("kept_catalogue"), pytest.mark.django_db(transaction=True),
]  # fmt: skip


def test_a_new_procedure_goes_from_its_name_to_a_filed_dossier_by_the_pages_alone(sits: Sits):
    cast.make_cast()
    desk.province("lan", "Lộc Thị Lan")
    desk.province("sinh", "Hứa Thị Sinh")
    lan = sits("lan").open("/quan-tri/")
    lan.clicks = lan.keys = lan.aims = lan.thoughts = 0
    code = new_procedure.create(lan)
    new_procedure.build(lan)
    new_procedure.look_and_try(lan)
    assert not Dossier.objects.exists(), "a filing on trial leaves nothing"
    new_procedure.hand_in(lan)
    sinh = sits("sinh").open("/quan-tri/")
    new_procedure.decide(sinh, "2215/QĐ-UBND")
    new_procedure.classify(sinh)
    version = ProcedureVersion.objects.get(procedure__code=code)
    assert (version.state, version.edited_by.username, version.published_by.username) == ("published", "lan", "sinh")
    assert OnlineService.objects.get(procedure__code=code).level == "partial"
    mai = sits("0912345678", width=PHONE)
    new_procedure.file(mai)
    dossier = Dossier.objects.get()
    assert (dossier.procedure_version, dossier.state) == (version, "new")
    effort = (lan.effort + sinh.effort) / 60
    assert effort < 20, f"{effort:.1f} minutes of typing, aiming and deciding"
