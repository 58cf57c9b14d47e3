"""A citizen files in the browser: what is typed is kept, what is wrong is named, and one press files one dossier."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from dossiers.models import Answers, Dossier, PaperFile
from dossiers.services import filing
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
BIRTH = "birth-registration"
COPY = "certified-true-copy"
FREE = "promotion-notification"


@pytest.fixture(autouse=True)
def monday():
    """An hour after the cast's dossiers are filed."""
    with time_machine.travel(cast.MONDAY + timedelta(hours=1)):
        yield


@pytest.fixture
def mai(client, people):
    client.force_login(people.mai, backend="accounts.backends.PhoneOrNameBackend")
    return people.mai


def page(name: str, draft: Dossier, *more: str) -> str:
    return reverse(f"dossiers:{name}", args=[draft.procedure.code, draft.public_id, *more])


def begin(client, key: str) -> Dossier:
    address = reverse("dossiers:start", args=[cast.procedure(key).code])
    assert client.get(address).status_code == 200
    answer = client.post(address, {"applicant": "self"})
    assert answer.status_code == 302
    return Dossier.objects.latest("pk")


def test_stranger_is_sent_to_sign_in_and_comes_back(client, people):
    address = reverse("dossiers:start", args=[cast.procedure(TENNIS).code])
    answer = client.get(address)
    assert answer.url == f"{reverse('accounts:sign_in')}?next={address}"


def test_unknown_procedure_is_not_found(client, mai):
    assert client.get(reverse("dossiers:start", args=["9.999999"])).status_code == 404


def test_looking_at_the_start_page_begins_nothing(client, mai):
    client.get(reverse("dossiers:start", args=[cast.procedure(TENNIS).code]))
    assert not Dossier.objects.exists()


def test_account_without_identity_is_told_what_is_missing_and_where_to_add_it(client, people):
    user = people.mai
    user.person.delete()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    address = reverse("dossiers:start", args=[cast.procedure(TENNIS).code])
    html = client.get(address).content.decode()
    assert f"{reverse('accounts:edit_profile')}?next={address}" in html
    client.post(address, {"applicant": "self"})
    assert not Dossier.objects.exists()


def test_representative_files_for_the_organisation(client, people):
    client.force_login(people.hai, backend="accounts.backends.PhoneOrNameBackend")
    address = reverse("dossiers:start", args=[cast.procedure(TENNIS).code])
    client.post(address, {"applicant": str(people.company.pk)})
    assert Dossier.objects.get().organisation == people.company


def test_nobody_files_for_an_organisation_of_others(client, mai, people):
    address = reverse("dossiers:start", args=[cast.procedure(TENNIS).code])
    assert client.post(address, {"applicant": str(people.company.pk)}).status_code == 200
    assert not Dossier.objects.exists()


def test_draft_is_offered_again(client, mai):
    draft = begin(client, TENNIS)
    html = client.get(reverse("dossiers:start", args=[draft.procedure.code])).content.decode()
    assert page("draft", draft) in html
    assert page("draft", draft) in client.get(reverse("dossiers:mine")).content.decode()


def sections_of(draft: Dossier) -> list[str]:
    from procedures.services import content_of

    return [section.key for section in content_of(draft.procedure_version_id).eform.sections]


@pytest.mark.parametrize("key", [TENNIS, BIRTH, COPY, "housing-construction-permit", "promotion-notification"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_of_filing_opens_in_both_languages(client, mai, key, prefix):
    draft = begin(client, key)
    names = [page("draft", draft), page("papers", draft), page("delivery", draft), page("check", draft)]
    names += [page("section", draft, section) for section in sections_of(draft)]
    for address in names:
        assert client.get(prefix + address).status_code == 200, address


def test_what_is_typed_is_kept_even_when_it_is_wrong(client, mai):
    draft = begin(client, TENNIS)
    section = next(key for key in sections_of(draft) if key)
    from procedures.services import content_of

    fields = content_of(draft.procedure_version_id).eform.section(section).fields
    text = next(field for field in fields if field.type == "tax_code")
    answer = client.post(page("section", draft, section), {text.key: "không nhớ"})
    assert answer.status_code == 200
    assert "không nhớ" in answer.content.decode()
    assert Answers.objects.get(dossier=draft).answers[text.key] == "không nhớ"
    again = client.get(page("section", draft, section)).content.decode()
    assert "không nhớ" in again
    assert "govuk-error-message" in again


def test_autosave_answers_the_time_and_keeps_the_text(client, mai):
    draft = begin(client, TENNIS)
    section = sections_of(draft)[0]
    answer = client.post(
        page("autosave", draft, section), {"enterprise_name": "Sân quần"}, headers={"x-requested-with": "fetch"}
    )
    assert len(answer.json()["saved_at"]) == 5
    assert Answers.objects.get(dossier=draft).answers["enterprise_name"] == "Sân quần"


def test_autosave_of_an_ended_session_is_told_to_sign_in(client, mai):
    draft = begin(client, TENNIS)
    client.logout()
    address = page("autosave", draft, sections_of(draft)[0])
    assert client.post(address, {}, headers={"x-requested-with": "fetch"}).status_code == 401


def test_somebody_elses_draft_looks_like_none(client, people):
    draft = cast.draft(people.hai, TENNIS, answers(TENNIS))
    client.force_login(people.mai, backend="accounts.backends.PhoneOrNameBackend")
    unknown = page("draft", draft).replace(str(draft.public_id), "6f0fbd0e-0000-4000-8000-000000000000")
    theirs = client.get(page("draft", draft))
    assert theirs.status_code == 404
    assert theirs.content == client.get(unknown).content
    for name in ("papers", "delivery", "check", "delete_draft"):
        assert client.post(page(name, draft)).status_code == 404


def test_one_bad_file_keeps_neither_the_good_one_nor_the_page_back(client, mai):
    draft = cast.draft(mai, TENNIS, answers(TENNIS))
    PaperFile.objects.all().delete()
    from dossiers.views.citizen.steps import Way

    keys = [rule.key for rule in Way(draft).paper_rules]
    good = client.post(page("papers", draft), {"upload": keys[0], keys[0]: cast.upload()})
    assert good.status_code == 302
    bad = client.post(page("papers", draft), {"upload": keys[1], keys[1]: cast.upload("virus.exe")})
    assert bad.status_code == 200
    assert f'href="#giay-{keys[1]}"' in bad.content.decode()
    assert PaperFile.objects.get().paper.key == keys[0]


def test_script_is_told_why_a_file_was_refused(client, mai):
    draft = cast.draft(mai, TENNIS, answers(TENNIS))
    from dossiers.views.citizen.steps import Way

    key = Way(draft).paper_rules[0].key
    ok = client.post(page("upload_file", draft), {"paper": key, "file": cast.upload("don.pdf")})
    assert ok.status_code == 200
    assert ok.content.decode().lstrip().startswith("<li")
    bad = client.post(page("upload_file", draft), {"paper": key, "file": cast.upload("don.exe")})
    assert bad.status_code == 400
    assert bad.json()["error"]


def test_removed_file_can_be_put_back(client, mai):
    draft = cast.draft(mai, TENNIS, answers(TENNIS))
    row = PaperFile.objects.first()
    answer = client.post(page("papers", draft), {"remove": str(row.file.public_id)})
    assert PaperFile.objects.get(pk=row.pk).removed_at
    assert "restore" in client.get(answer.url).content.decode()
    client.post(page("papers", draft), {"restore": str(row.file.public_id)})
    assert PaperFile.objects.get(pk=row.pk).removed_at is None


def test_photographs_of_one_paper_become_one_pdf(client, mai):
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from dossiers.views.citizen.steps import Way

    draft = cast.draft(mai, TENNIS, answers(TENNIS))
    PaperFile.objects.all().delete()
    key = next(rule.key for rule in Way(draft).paper_rules if not rule.many_files)
    for name in ("trang-1.jpg", "trang-2.jpg"):
        stream = io.BytesIO()
        Image.effect_noise((300, 400), 80).convert("RGB").save(stream, "JPEG")
        picture = SimpleUploadedFile(name, stream.getvalue(), content_type="image/jpeg")
        client.post(page("upload_file", draft), {"paper": key, "file": picture})
    assert PaperFile.objects.filter(removed_at=None).count() == 2
    client.post(page("papers", draft), {"go": "1"})
    only = PaperFile.objects.get(removed_at=None)
    assert only.file.extension == "pdf"
    assert only.file.pages == 2


def test_result_by_post_needs_an_address(client, mai):
    draft = begin(client, "housing-construction-permit")
    empty = client.post(page("delivery", draft), {"kind": "post", "receiver": "", "phone": "12", "province": "20"})
    assert empty.status_code == 200
    home = {"kind": "post", "receiver": "Lý Thị Mai", "phone": "0912345678", **cast.HOME}
    assert client.post(page("delivery", draft), home).status_code == 302
    draft = Dossier.objects.get(pk=draft.pk)
    assert draft.delivery == "post"
    assert draft.delivery_choice.address == cast.HOME


def test_only_ways_of_the_procedure_are_offered(client, mai):
    draft = begin(client, "housing-construction-permit")
    assert 'value="online"' not in client.get(page("delivery", draft)).content.decode()
    assert client.post(page("delivery", draft), {"kind": "online"}).status_code == 200
    draft = Dossier.objects.get(pk=draft.pk)
    assert draft.delivery == "counter"


def test_commune_level_procedure_goes_to_the_chosen_commune(client, mai):
    draft = begin(client, BIRTH)
    assert draft.receiving_agency.commune_code == "05977"
    client.post(page("agency", draft), {"commune": "05983"})
    draft = Dossier.objects.get(pk=draft.pk)
    assert draft.receiving_agency.commune_code == "05983"
    assert client.post(page("agency", draft), {"commune": "00004"}).status_code == 200


def test_check_page_links_every_open_point_to_its_place(client, mai):
    draft = begin(client, TENNIS)
    answer = client.post(page("check", draft), {})
    html = answer.content.decode()
    assert "#id_undertaking" in html
    assert "ve=kiem-tra#f-" in html
    assert "ve=kiem-tra#giay-" in html
    assert Dossier.objects.get().is_draft


def test_pressing_submit_twice_files_one_dossier(client, mai):
    draft = cast.draft(mai, COPY, answers(COPY))
    html = client.get(page("check", draft)).content.decode()
    total = html.split('name="quoted_total"')[1].split('value="')[1].split('"')[0]
    first = client.post(page("check", draft), {"undertaking": "1", "quoted_total": total})
    second = client.post(page("check", draft), {"undertaking": "1", "quoted_total": total})
    filed = Dossier.objects.get()
    assert first.url == second.url == reverse("dossiers:submitted", args=[filed.code])
    assert filed.events.filter(name="submit").count() == 1


def test_fee_that_changed_meanwhile_is_shown_again(client, mai):
    draft = cast.draft(mai, COPY, answers(COPY))
    answer = client.post(page("check", draft), {"undertaking": "1", "quoted_total": "1"})
    assert 'href="#phi"' in answer.content.decode()
    assert Dossier.objects.get().is_draft


def test_confirmation_is_true_whenever_it_is_opened(client, mai):
    dossier = cast.filed(mai, COPY, answers(COPY))
    address = reverse("dossiers:submitted", args=[dossier.code])
    html = client.get(address).content.decode()
    assert dossier.code in html
    assert reverse("dossiers:dossier", args=[dossier.code]) + "phi/" in html
    Dossier.objects.filter(pk=dossier.pk).update(fee_state="paid")
    from dossiers.services import fees

    Dossier.objects.filter(pk=dossier.pk).update(fee_state="due")
    assert fees.settle(dossier.pk, order="1", at=cast.MONDAY)
    assert reverse("dossiers:dossier", args=[dossier.code]) + "phi/" not in client.get(address).content.decode()


def test_filed_dossier_can_be_changed_until_an_officer_opens_it(client, people, mai):
    from dossiers.services import intake

    dossier = cast.filed(mai, FREE, answers(FREE))
    filing.save_answers(dossier.pk, user=mai, answers={"programme_name": "Tên mới"})
    assert client.get(page("check", dossier)).status_code == 200
    assert client.post(page("check", dossier), {"amend": "1"}).url == reverse("dossiers:dossier", args=[dossier.code])
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.answers.get(revision=dossier.answers_revision).answers["programme_name"] == "Tên mới"
    intake.claim_intake(dossier.pk, user=people.giang)
    section = sections_of(dossier)[0]
    assert client.get(page("section", dossier, section)).status_code == 302
    assert client.post(page("autosave", dossier, section), {"programme_name": "X"}).status_code == 409


def test_draft_is_thrown_away_only_after_a_second_press(client, mai):
    draft = begin(client, TENNIS)
    client.get(page("delete_draft", draft))
    assert Dossier.objects.exists()
    client.post(page("delete_draft", draft))
    assert not Dossier.objects.exists()


def test_pages_are_kept_by_no_cache(client, mai):
    draft = begin(client, TENNIS)
    assert "no-store" in client.get(page("draft", draft))["Cache-Control"]
