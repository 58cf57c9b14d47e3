"""The demo's figures: there from the first moment on, also where an older version has loaded the dossiers."""

import io

import pytest
from django.core.management import call_command
from django.test import Client

from dossiers.models import Dossier
from portal.management.commands import load_demo
from reports.models import DossierFact, PublishedFigure
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db


def test_dossiers_loaded_before_there_were_figures_are_counted(monkeypatch):
    monkeypatch.setattr(load_demo, "load", lambda **kwargs: 0)
    people = cast.make_cast()
    cast.filed(people.mai, "sports-business-certificate-tennis", answers("sports-business-certificate-tennis"))
    assert not DossierFact.objects.exists()
    call_command("load_demo", stdout=io.StringIO())
    assert DossierFact.objects.count() == Dossier.objects.filed().count() == 1
    assert PublishedFigure.objects.exists()
    assert Client().get("/thong-ke/da-cong-bo/").status_code == 200
