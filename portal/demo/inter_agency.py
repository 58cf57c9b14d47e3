"""One inter-agency procedure of the demo: birth, permanent residence and health insurance card of a small child.

The catalogue of the source has the whole (2.000986) but not the procedures of police and social insurance: these two are made
here, under provincial codes, as demonstration data. Commune, police and insurance each do their part (Decree 63/2024).
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from agencies.models import Agency, Role
from documents.services import store_bytes
from dossiers.models import Dossier, Paper, PaperFile
from dossiers.services import filing, intake, joint
from portal.demo.people import WARD, Cast
from portal.demo.sample import sample_pdf
from procedures.content import dump
from procedures.models import Procedure, ProcedureVersion
from procedures.services import content_of, create_procedure, publish, save_draft

BUNDLE = "birth-residence-insurance-bundle"
NAME = "demo-lien-thong"
RESIDENCE = ("Đăng ký thường trú cho trẻ em dưới 6 tuổi (phần liên thông)", "cat", 3)
INSURANCE = ("Cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi (phần liên thông)", "bhxh", 2)
ASKED = "Đề nghị đăng ký khai sinh, đăng ký thường trú và cấp thẻ bảo hiểm y tế cho con."


def load(cast: Cast, now: datetime) -> bool:
    """The procedures and one dossier that is open at the ward and at the police; False when it is there already."""
    if Dossier.objects.filter(external_code=NAME).exists() or not Procedure.objects.filter(key=BUNDLE).exists():
        return False
    at = now - timedelta(days=1)
    _tell(cast, _joined(cast, at), at)
    return True


def _joined(cast: Cast, at: datetime) -> ProcedureVersion:
    """The whole with its two parts, in force."""
    whole = Procedure.objects.select_related("current_version", "field").get(key=BUNDLE)
    document = dump(content_of(_version(whole).pk))
    if document["route"].get("children"):
        return _version(whole)
    codes = [_part(cast, whole, document, *part, at) for part in (RESIDENCE, INSURANCE)]
    document["route"]["children"] = [
        _child("cu-tru", "Đăng ký thường trú", "Permanent residence", codes[0], "cat", []),
        _child("the-bhyt", "Cấp thẻ bảo hiểm y tế", "Health insurance card", codes[1], "bhxh", ["cu-tru"]),
    ]
    return publish(
        save_draft(whole, document),
        actor=cast.posts["vp", Role.CATALOGUE],
        effective_from=timezone.localdate(at),
        at=at,
    )


def _version(procedure: Procedure) -> ProcedureVersion:
    if procedure.current_version is None:
        raise LookupError(procedure.key)
    return procedure.current_version


def _child(key: str, vi: str, en: str, code: str, agency: str, after: list[str]) -> dict[str, Any]:
    return {
        "key": key,
        "title": {"vi": vi, "en": en},
        "procedure": code,
        "agency": "other",
        "agency_key": agency,
        "after": after,
    }


def _part(cast: Cast, whole: Procedure, document: dict[str, Any], name: str, key: str, days: int, at: datetime) -> str:
    """The procedure of one agency for its part: what the whole asks, in its own time. Returns its code."""
    found = Procedure.objects.filter(name_vi=name).first()
    if found is not None:
        return found.code
    actor, agency = cast.posts["vp", Role.CATALOGUE], Agency.objects.get(key=key)
    draft = create_procedure(
        name=name, field=whole.field, level="province", audience=whole.audience, owner=agency, actor=actor, at=at
    )
    own = {**document, "name": {"vi": name}, "cases": [_case(case, days) for case in document["cases"]], "fees": []}
    version = save_draft(draft.procedure, own, number=draft.number)
    publish(version, actor=actor, effective_from=timezone.localdate(at), at=at)
    return draft.procedure.code


def _case(case: dict[str, Any], days: int) -> dict[str, Any]:
    limit = {"amount": days, "unit": "working_day"}
    return {**case, "terms": [{**terms, "limit": limit} for terms in case["terms"]]}


def _tell(cast: Cast, version: ProcedureVersion, at: datetime) -> None:
    """Filed by the first citizen, received by the ward, its first part opened at the police."""
    user = cast.citizens[0]
    dossier = filing.start(user=user, version=version, at=at)
    filing.choose_agency(dossier.pk, user=user, commune_code=WARD, at=at)
    filing.save_answers(dossier.pk, user=user, answers={"request_details": ASKED}, at=at)
    content = content_of(version.pk)
    for position, rule in enumerate(paper for paper in content.papers if paper.required):
        file = store_bytes(
            sample_pdf(), room="dossiers", purpose="paper", name=f"{rule.key}.pdf", owner=user, at=at, pages=1
        )
        paper = Paper.objects.create(dossier=dossier, key=rule.key, position=position)
        PaperFile.objects.create(paper=paper, file=file, position=position, added_at=at)
    Dossier.objects.filter(pk=dossier.pk).update(external_code=NAME)
    filing.submit(dossier.pk, user=user, undertaking=True, at=at)
    intake.receive(dossier.pk, user=cast.at(f"xa-{WARD}", Role.RECEPTION), at=at)
    joint.settle(dossier.pk, at=at)
