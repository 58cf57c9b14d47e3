"""The case file. The dossier row is narrow; answers, people and texts have their own, erasable tables."""

from dossiers.models.after import Rating
from dossiers.models.batches import ResultBatch, ResultBatchItem
from dossiers.models.beside import DossierMessage, Note
from dossiers.models.branches import Branch
from dossiers.models.clock import ClockEntry
from dossiers.models.consultations import Consultation
from dossiers.models.counter import Confirmation, Preparation, Visit
from dossiers.models.desk import Arrival, BulkItem, BulkRun, Desk, Look, SavedView
from dossiers.models.desk_work import BlankReceipt, Digitisation, HandedOver, ReceiptBlock
from dossiers.models.dossier import CodeSequence, Dossier
from dossiers.models.filing import Answers, Delivery, FeeLine, Paper, PaperFile, Party
from dossiers.models.history import DossierEvent, DossierText
from dossiers.models.lists import (
    BookVolume,
    HandOver,
    HandOverItem,
    TrackingBook,
)
from dossiers.models.outages import (
    Outage,
    OutageShift,
)
from dossiers.models.papers import (
    IssuedPaper,
    PaperForm,
    Result,
)
from dossiers.models.route import StepRun, SupplementItem, SupplementRequest
from dossiers.models.watching import Alarm, ApologyDraft, Turn

__all__ = [
    "Alarm",
    "Answers",
    "ApologyDraft",
    "Arrival",
    "BlankReceipt",
    "BookVolume",
    "Branch",
    "BulkItem",
    "BulkRun",
    "ClockEntry",
    "CodeSequence",
    "Confirmation",
    "Consultation",
    "Delivery",
    "Desk",
    "Digitisation",
    "Dossier",
    "DossierEvent",
    "DossierMessage",
    "DossierText",
    "FeeLine",
    "HandOver",
    "HandOverItem",
    "HandedOver",
    "IssuedPaper",
    "Look",
    "Note",
    "Outage",
    "OutageShift",
    "Paper",
    "PaperFile",
    "PaperForm",
    "Party",
    "Preparation",
    "Rating",
    "ReceiptBlock",
    "Result",
    "ResultBatch",
    "ResultBatchItem",
    "SavedView",
    "StepRun",
    "SupplementItem",
    "SupplementRequest",
    "TrackingBook",
    "Turn",
    "Visit",
]
