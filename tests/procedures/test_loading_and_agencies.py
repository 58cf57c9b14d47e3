"""Loading the catalogue twice changes nothing; a changed file becomes the next version; who receives and decides."""

import copy
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from procedures.models import OnlineService, Procedure, ProcedureVersion
from procedures.services import Loaded, deciding_agencies, load_catalogue, receiving_agencies
from tests.procedures.catalogue import entries

pytestmark = pytest.mark.django_db


def snapshot() -> list:
    procedures = list(Procedure.objects.order_by("pk").values())
    versions = list(ProcedureVersion.objects.order_by("pk").values_list("pk", "number", "state", "sha256"))
    return [procedures, versions, list(OnlineService.objects.order_by("pk").values())]


def test_loading_again_changes_nothing() -> None:
    before = snapshot()
    assert load_catalogue() == Loaded(0, 0)
    assert snapshot() == before
    assert Procedure.objects.published().count() == 75


def test_a_changed_file_becomes_the_next_version(tmp_path) -> None:
    entry = copy.deepcopy(entries()["birth-registration"])
    entry["versions"][0]["content"]["purpose"] = {"vi": "Đăng ký khai sinh cho trẻ.", "en": ""}
    (tmp_path / "birth-registration.json").write_text(json.dumps(entry), encoding="utf-8")
    procedure = Procedure.objects.get(key="birth-registration")
    assert load_catalogue(tmp_path) == Loaded(0, 1)
    assert load_catalogue(tmp_path) == Loaded(0, 0)
    today = timezone.localdate()
    assert procedure.versions.in_force(today).get().number == 2
    assert procedure.versions.in_force(today - timedelta(days=1)).get().number == 1


def version(key: str) -> ProcedureVersion:
    return Procedure.objects.get(key=key).current_version


def test_a_commune_receives_and_decides_its_own() -> None:
    (decides,) = deciding_agencies(version("birth-registration"), "05977")
    (receives,) = receiving_agencies(version("birth-registration"), "05977")
    assert decides == receives
    assert decides.commune_code == "05977"


def test_all_communes_apply_a_commune_procedure() -> None:
    assert len(deciding_agencies(version("birth-registration"))) == 65


def test_a_department_decides_what_the_provincial_centre_receives() -> None:
    (decides,) = deciding_agencies(version("sports-business-certificate-tennis"))
    (receives,) = receiving_agencies(version("sports-business-certificate-tennis"))
    assert (decides.key, receives.key) == ("svhttdl", "ttpvhcc")


def test_some_procedures_are_decided_at_both_levels() -> None:
    found = deciding_agencies(version("diploma-copy-from-master-register"), "05977")
    assert {agency.level for agency in found} == {"province", "commune"}


def test_every_provincial_procedure_has_an_owner() -> None:
    assert not Procedure.objects.filter(level="province", owner=None).exists()


def test_each_procedure_has_its_online_service() -> None:
    service = OnlineService.objects.get(procedure__key="birth-registration")
    assert (service.code, service.level, service.legacy_level) == ("1.001193.01", "full", 4)
    assert OnlineService.objects.count() == 75
