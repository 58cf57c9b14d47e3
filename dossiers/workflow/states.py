"""The ten states of the National Public Service Portal, word for word, and the groups statistics use."""

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """The national states, labels word for word; `draft` exists only here."""

    DRAFT = "draft", pgettext_lazy("dossier state", "Draft")
    NEW = "new", pgettext_lazy("dossier state", "Newly registered")
    RECEIVED = "received", pgettext_lazy("dossier state", "Received")
    REFUSED = "refused", pgettext_lazy("dossier state", "Not received")
    PROCESSING = "processing", pgettext_lazy("dossier state", "In processing")
    SUPPLEMENT = "supplement", pgettext_lazy("dossier state", "Supplement requested")
    PAYMENT = "payment", pgettext_lazy("dossier state", "Financial obligation requested")
    WITHDRAWN = "withdrawn", pgettext_lazy("dossier state", "Withdrawn at the citizen's request")
    STOPPED = "stopped", pgettext_lazy("dossier state", "Processing stopped")
    RESOLVED = "resolved", pgettext_lazy("dossier state", "Processing completed")
    RETURNED = "returned", pgettext_lazy("dossier state", "Result returned")


NATIONAL_NUMBER = {state: number for number, state in enumerate(State.values)}  # draft is 0, then 1..10
TERMINAL = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RETURNED})
OPEN = tuple(state for state in State.values if state not in TERMINAL and state != State.DRAFT)
RUNNING = (State.NEW, State.RECEIVED, State.PROCESSING)  # an agency has to act, not the citizen
NOT_COUNTED = frozenset({State.DRAFT, State.NEW, State.REFUSED})
