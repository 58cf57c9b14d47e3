"""Writing rules of the catalogue, and reading of parsed documents."""

from procedures.services.applying import applied_limit, apply_procedure, stop_applying
from procedures.services.coding import give_national_code
from procedures.services.competence import CENTRE, deciding_agencies, receiving_agencies
from procedures.services.documents import content_of, contents_of
from procedures.services.drafting import (
    Stale,
    change,
    content_at,
    create_procedure,
    discard,
    draft_from,
    field_named,
    open_draft,
    send_back,
    submit,
)
from procedures.services.loading import DATA, Loaded, load_catalogue
from procedures.services.projecting import project, reproject, set_use_rank, set_usual_days
from procedures.services.versions import abolish, enter_into_force, part_version, publish, retire, save_draft

__all__ = [
    "CENTRE",
    "DATA",
    "Loaded",
    "Stale",
    "abolish",
    "applied_limit",
    "apply_procedure",
    "change",
    "content_at",
    "content_of",
    "contents_of",
    "create_procedure",
    "deciding_agencies",
    "discard",
    "draft_from",
    "enter_into_force",
    "field_named",
    "give_national_code",
    "load_catalogue",
    "open_draft",
    "part_version",
    "project",
    "publish",
    "receiving_agencies",
    "reproject",
    "retire",
    "save_draft",
    "send_back",
    "set_use_rank",
    "set_usual_days",
    "stop_applying",
    "submit",
]
