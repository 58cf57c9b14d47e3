"""The catalogue's own pages in a real Chromium: narrow and wide, without a finding of axe."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from agencies.models import Post
from procedures.models import Abolition, DraftRevision, ProcedureVersion, PublicationDecision
from procedures.services import change, deciding, open_draft, submit
from tests.procedures import desk
from tests.procedures.browser import looked_at, page_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def province():
    """Somebody of the province with a draft in review that changes much, standing in a decision."""
    user = desk.province()
    draft = open_draft(desk.procedure(), actor=user, at=timezone.now())

    def edit(document: dict) -> None:
        document["fees"][0]["rates"][0]["amount_vnd"] += 50_000
        document["cases"][0]["terms"][0]["limit"] = {"amount": 3, "unit": "working_day"}
        document["papers"].pop()
        document["papers"].append({"key": "moi", "name": {"vi": "Giấy xác nhận mới", "en": "New confirmation"}})

    draft = change(draft.pk, actor=user, revision=1, edit=edit, at=timezone.now(), reason="Theo quyết định mới")
    draft = submit(draft.pk, actor=user, revision=draft.revision, at=timezone.now())
    made = deciding.create_decision(
        number="7/QĐ-UBND", kind="amended", title={"vi": "Sửa đổi thủ tục", "en": ""},
        signed_on=timezone.localdate(), effective_on=timezone.localdate(),
    )  # fmt: skip
    deciding.put_in(made.pk, draft.pk)
    deciding.end_by(made.pk, desk.procedure(desk.BIRTH), successor=desk.procedure())
    yield user
    Abolition.objects.all().delete()
    DraftRevision.objects.all().delete()
    ProcedureVersion.objects.open().delete()
    PublicationDecision.objects.all().delete()
    Post.objects.filter(user=user).delete()


def addresses() -> list[tuple[str, str]]:
    one = f"/quan-tri/thu-tuc/{desk.procedure().code}/"
    decision = f"/quan-tri/cong-bo/{PublicationDecision.objects.get().pk}/"
    return [
        ("danh-sach", "/quan-tri/thu-tuc/"),
        ("moi", "/quan-tri/thu-tuc/moi/"),
        ("thu-tuc", one),
        ("du-thao", f"{one}du-thao/"),
        ("phien-ban", f"{one}phien-ban/1/"),
        ("khoi-phuc", f"{one}phien-ban/1/khoi-phuc/"),
        ("quyet-dinh", "/quan-tri/cong-bo/"),
        ("mot-quyet-dinh", decision),
        ("sua-quyet-dinh", f"{decision}sua/"),
        ("lich-su", "/quan-tri/lich-su/"),
    ]


def test_every_page_fits_every_width_and_has_no_axe_findings(chromium: Browser, live_server, province):
    page = page_for(chromium, live_server, province)
    assert not looked_at(page, addresses())
    page.context.close()
