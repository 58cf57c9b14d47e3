"""The case file. The dossier row is narrow; answers, people and texts have their own, erasable tables."""

from dossiers.models.after import Rating
from dossiers.models.clock import ClockEntry
from dossiers.models.counter import Confirmation, Preparation, Visit
from dossiers.models.desk import Arrival, BulkItem, BulkRun, Desk, Look, SavedView
from dossiers.models.dossier import CodeSequence, Dossier
from dossiers.models.filing import Answers, Delivery, FeeLine, Paper, PaperFile, Party
from dossiers.models.history import DossierEvent, DossierText
from dossiers.models.papers import IssuedPaper, Result
from dossiers.models.route import StepRun, SupplementItem, SupplementRequest
from dossiers.models.watching import Alarm, ApologyDraft, Turn

__all__ = [
    "Alarm",
    "Answers",
    "ApologyDraft",
    "Arrival",
    "BulkItem",
    "BulkRun",
    "ClockEntry",
    "CodeSequence",
    "Confirmation",
    "Delivery",
    "Desk",
    "Dossier",
    "DossierEvent",
    "DossierText",
    "FeeLine",
    "IssuedPaper",
    "Look",
    "Paper",
    "PaperFile",
    "Party",
    "Preparation",
    "Rating",
    "Result",
    "SavedView",
    "StepRun",
    "SupplementItem",
    "SupplementRequest",
    "Turn",
    "Visit",
]
