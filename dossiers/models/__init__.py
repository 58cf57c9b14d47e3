"""The case file. The dossier row is narrow; answers, people and texts have their own, erasable tables."""

from dossiers.models.after import Rating
from dossiers.models.batches import ResultBatch, ResultBatchItem
from dossiers.models.clock import ClockEntry
from dossiers.models.counter import Confirmation, Preparation, Visit
from dossiers.models.dossier import CodeSequence, Dossier
from dossiers.models.filing import Answers, Delivery, FeeLine, Paper, PaperFile, Party
from dossiers.models.history import DossierEvent, DossierText
from dossiers.models.papers import IssuedPaper, Result
from dossiers.models.route import StepRun, SupplementItem, SupplementRequest

__all__ = [
    "Answers",
    "ClockEntry",
    "CodeSequence",
    "Confirmation",
    "Delivery",
    "Dossier",
    "DossierEvent",
    "DossierText",
    "FeeLine",
    "IssuedPaper",
    "Paper",
    "PaperFile",
    "Party",
    "Preparation",
    "Rating",
    "Result",
    "ResultBatch",
    "ResultBatchItem",
    "StepRun",
    "SupplementItem",
    "SupplementRequest",
    "Visit",
]
