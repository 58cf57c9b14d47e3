"""The catalogue: fields, procedures, their versions, the online services that are classified, publication decisions.

`ProcedureVersion.content` is the law of a dossier pinned to it; everything else here is for finding, listing and
publishing it.
"""

from procedures.models.applying import AppliedProcedure
from procedures.models.catalogue import Field, Procedure
from procedures.models.history import NEW_LEVELS_FROM, ServiceLevel
from procedures.models.online import OnlineService
from procedures.models.transfers import CatalogueImport, ImportRow
from procedures.models.versions import Abolition, DraftRevision, ProcedureVersion, PublicationDecision

__all__ = [
    "NEW_LEVELS_FROM",
    "Abolition",
    "AppliedProcedure",
    "CatalogueImport",
    "DraftRevision",
    "Field",
    "ImportRow",
    "OnlineService",
    "Procedure",
    "ProcedureVersion",
    "PublicationDecision",
    "ServiceLevel",
]
