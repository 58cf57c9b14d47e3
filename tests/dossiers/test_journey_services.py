"""One dossier through the services alone: filed, received, examined, signed, issued, returned."""

import pytest

from dossiers.models import ClockEntry, Dossier
from dossiers.services import endings, intake, results, routing
from tests import cast
from tests.procedures.answers import ANSWERS

pytestmark = pytest.mark.django_db


def test_promotion_notification_goes_all_the_way():
    people = cast.make_cast()
    print(ANSWERS.keys())
    dossier = cast.filed(people.hai, "sports-business-certificate-tennis", ANSWERS["sports-business-certificate-tennis"])
    print(dossier.state, dossier.code, dossier.fee_state, dossier.answer_by)
    assert 0
