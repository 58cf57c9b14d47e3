"""Writing rules of the catalogue, and reading of parsed documents."""

from procedures.services.competence import CENTRE, deciding_agencies, receiving_agencies
from procedures.services.documents import content_of, contents_of
from procedures.services.drafting import (
    Stale,
    change,
    create_procedure,
    discard,
    draft_from,
    open_draft,
    send_back,
    submit,
)
from procedures.services.loading import DATA, Loaded, load_catalogue
from procedures.services.projecting import project, reproject, set_use_rank, set_usual_days
from procedures.services.versions import publish, retire, save_draft

__all__ = [
    "CENTRE",
    "DATA",
    "Loaded",
    "Stale",
    "change",
    "content_of",
    "contents_of",
    "create_procedure",
    "deciding_agencies",
    "discard",
    "draft_from",
    "load_catalogue",
    "open_draft",
    "project",
    "publish",
    "receiving_agencies",
    "reproject",
    "retire",
    "save_draft",
    "send_back",
    "set_use_rank",
    "set_usual_days",
    "submit",
]
