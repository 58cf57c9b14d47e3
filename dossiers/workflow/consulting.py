"""Opinions of other agencies. Nothing here touches the legal limit: it goes on while an opinion is waited for."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.workflow.acts import CONSULTED, HANDLERS, SYSTEM, act
from dossiers.workflow.columns import Columns
from dossiers.workflow.guards import an_opinion_is_open, nothing_is_signed
from dossiers.workflow.states import State

ANSWERABLE = (
    State.PROCESSING,
    State.SUPPLEMENT,
    State.PAYMENT,
)  # an agency answers while the citizen is waited for, too


class Consulting(Columns):
    """Opinions of other agencies."""

    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=HANDLERS,
        label=_("Consult another agency"),
        conditions=(nothing_is_signed,),
        clock=("stop_consultations", "start_consultation"),
        news="dossier.opinion_asked",
    )
    def consult(self, *, ended: Any = (), **values: Any) -> None:
        """4 → 4: an opinion is asked from another agency; the legal limit goes on. `ended`: what is asked again."""
        self.open_opinions += 1 - len(ended)

    @act(
        source=ANSWERABLE,
        target=None,
        by=(CONSULTED,),
        label=_("Opinion given"),
        conditions=(an_opinion_is_open,),
        clock=("stop_consultations",),
        news="dossier.opinion_given",
    )
    def answer_consultation(self, **values: Any) -> None:
        """4, 5, 6: the agency that was asked gives its opinion."""
        self.open_opinions -= 1

    @act(
        source=ANSWERABLE,
        target=None,
        by=HANDLERS,
        label=_("Go on without the opinion"),
        conditions=(an_opinion_is_open,),
        clock=("stop_consultations",),
        needs_reason=True,
        news="dossier.opinion_recalled",
    )
    def recall_consultation(self, **values: Any) -> None:
        """4, 5, 6: the question is taken back, with a reason that the history keeps."""
        self.open_opinions -= 1

    @act(
        source=ANSWERABLE,
        target=None,
        by=(SYSTEM,),
        label=_("Silence counts as agreement"),
        conditions=(an_opinion_is_open,),
        clock=("stop_consultations",),
        news="dossier.opinion_by_silence",
    )
    def count_silence(self, **values: Any) -> None:
        """4, 5, 6: the limit has passed and the law that the route names makes silence agreement."""
        self.open_opinions -= 1
