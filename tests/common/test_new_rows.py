"""A row made for one statement of an act is the row Django would have made."""

import pytest
from django.apps import apps
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

from common.models import OutboxRow
from common.writing import new_row
from dossiers.models import Dossier, DossierEvent

MODELS = [model for model in apps.get_models() if model._meta.managed and model.__init__ is Model.__init__]


def _plain(row: Model) -> dict[str, object]:
    """What a row holds, without what is drawn or read from the clock for each."""
    made = {field.attname for field in row._meta.concrete_fields if callable(field.default)}
    return {
        name: DatabaseDefault if isinstance(value, DatabaseDefault) else value
        for name, value in row.__dict__.items()
        if name != "_state" and name not in made
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_row_begins_with_what_its_model_says(model: type[Model]) -> None:
    ours, djangos = new_row(model), model()
    assert _plain(ours) == _plain(djangos)
    assert ours.__dict__.keys() == djangos.__dict__.keys()
    assert ours._state.adding and ours._state.db is None


def test_what_is_made_anew_is_made_for_each_row() -> None:
    one, other = new_row(OutboxRow, name="a"), new_row(OutboxRow, name="b")
    one.data["x"] = 1
    assert other.data == {} and (one.name, other.name) == ("a", "b")


def test_a_row_is_given_by_key_or_by_what_it_points_to() -> None:
    dossier = Dossier(pk=7)
    by_row, by_key = new_row(DossierEvent, dossier=dossier), new_row(DossierEvent, dossier_id=7)
    assert by_row.dossier is dossier and by_row.dossier_id == by_key.dossier_id == 7
    assert new_row(DossierEvent, actor=None).actor is None


def test_a_name_that_is_no_column_is_refused_as_django_refuses_it() -> None:
    with pytest.raises(TypeError):
        DossierEvent(colour="red")
    with pytest.raises(TypeError, match="colour"):
        new_row(DossierEvent, colour="red")
