"""What letters say of the person they go to, of what is to be mended, and of the law."""

import pytest
from django.utils import timezone

from dossiers import notices
from dossiers.models import Dossier, Party
from dossiers.services import paper_contexts, supplements
from dossiers.services.result_papers import cited
from dossiers.services.supplements import Missing
from notifications.models import Message
from tests import cast
from tests.portal.world import paid

pytestmark = pytest.mark.django_db


def test_the_letter_that_asks_for_a_supplement_names_each_paper_and_answer():
    people = cast.make_cast()
    dossier = paid(people, people.mai)
    paper = dossier.papers.order_by("position").first()
    missing = [Missing("paper", paper.key, "Ảnh mờ"), Missing("field", "floor_area_m2", "Khác với bản vẽ")]
    supplements.request_at_intake(dossier.pk, user=people.hanh, missing=missing, message="", at=timezone.now())
    names = notices.item_names(Dossier.objects.select_related("applicant").get(pk=dossier.pk))
    from common import outbox

    while outbox.drain():
        pass
    body = Message.objects.filter(kind="dossier.supplement_requested", channel="email").latest("pk").body
    assert f"- {names[paper.key]}: Ảnh mờ" in body
    assert f"- {names['floor_area_m2']}: Khác với bản vẽ" in body


@pytest.mark.parametrize(("kind", "words"), [("person", "Ông/Bà Hồng Phát"), ("organisation", "Hồng Phát")])
def test_an_organisation_is_addressed_by_its_name(kind: str, words: str):
    dossier = Dossier()
    dossier.party = Party(dossier=dossier, kind=kind, full_name="Hồng Phát")
    assert paper_contexts.addressee(dossier) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("36/2019/NĐ-CP", "Nghị định số 36/2019/NĐ-CP"),
        ("31/2018/TT-BVHTTDL", "Thông tư số 31/2018/TT-BVHTTDL"),
        ("66.7/2025/NQ-CP", "Nghị quyết số 66.7/2025/NQ-CP"),
        ("77/2006/QH11", "văn bản của Quốc hội số 77/2006/QH11"),  # a law or a resolution: the number does not tell
        ("Lệ làng", "Lệ làng"),
    ],
)
def test_a_paper_cites_the_law_with_its_kind(number: str, words: str):
    assert cited(number) == words
