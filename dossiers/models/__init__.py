"""The case file. The dossier row is narrow; answers, people and texts have their own, erasable tables."""

from dossiers.models.after import Rating
from dossiers.models.beside import DeskChoice, DossierMessage, Note
from dossiers.models.clock import ClockEntry
from dossiers.models.counter import Confirmation, Preparation, Visit
from dossiers.models.desk import Arrival, Look
from dossiers.models.dossier import CodeSequence, Dossier
from dossiers.models.filing import Answers, Delivery, FeeLine, Paper, PaperFile, Party
from dossiers.models.history import DossierEvent, DossierText
from dossiers.models.papers import IssuedPaper, Result
from dossiers.models.route import StepRun, SupplementItem, SupplementRequest

__all__ = [
    "Answers",
    "Arrival",
    "ClockEntry",
    "CodeSequence",
    "Confirmation",
    "Delivery",
    "DeskChoice",
    "Dossier",
    "DossierEvent",
    "DossierMessage",
    "DossierText",
    "FeeLine",
    "IssuedPaper",
    "Look",
    "Note",
    "Paper",
    "PaperFile",
    "Party",
    "Preparation",
    "Rating",
    "Result",
    "StepRun",
    "SupplementItem",
    "SupplementRequest",
    "Visit",
]
