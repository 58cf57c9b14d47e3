"""The table that ties news to what follows from it: every line leads somewhere, every name is one that is published."""

from django.utils.module_loading import import_string

from common.models import OutboxRow
from dossiers.models import Alarm
from dossiers.notices import news_told
from dossiers.workflow import acts
from portal.reactions import REACTIONS

BESIDE_THE_CHART = {
    "dossier.rated",
    "dossier.message_from_agency",
    "dossier.paper_digitised",
    "dossier.supplement_near",
    "dossier.supplement_ran_out",
    "payments.paid",
    "payments.reminder",
    "payments.refund_owed",
    "postal.handed_over",
    "postal.delivery_failed",
    "documents.file_infected",
    *(f"dossier.{ladder}_{rung}" for ladder in Alarm.Ladder.values for rung in Alarm.Rung.values),
}


def test_every_reaction_can_be_called():
    for paths in REACTIONS.values():
        for path in paths:
            assert callable(import_string(path)), path


def test_every_reaction_fits_into_the_row_that_notes_it_as_done():
    longest = OutboxRow._meta.get_field("handled").base_field.max_length
    assert all(len(path) <= longest for paths in REACTIONS.values() for path in paths)


def test_everything_reacted_to_is_published_by_some_act():
    published = {act.news for act in acts().values()} | BESIDE_THE_CHART
    assert set(REACTIONS) <= published


def test_everything_with_words_is_published_by_some_act():
    assert news_told() <= {act.news for act in acts().values()} | BESIDE_THE_CHART


def test_nobody_reacts_twice_to_the_same_news():
    assert all(len(paths) == len(set(paths)) for paths in REACTIONS.values())
