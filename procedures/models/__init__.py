"""The catalogue: fields, procedures, their versions, the online services that are classified, publication decisions.

`ProcedureVersion.content` is the law of a dossier pinned to it; everything else here is for finding, listing and
publishing it.
"""

from procedures.models.catalogue import Field, Procedure
from procedures.models.online import OnlineService
from procedures.models.transfers import CatalogueImport, ImportRow
from procedures.models.versions import ProcedureVersion, PublicationDecision

__all__ = [
    "CatalogueImport",
    "Field",
    "ImportRow",
    "OnlineService",
    "Procedure",
    "ProcedureVersion",
    "PublicationDecision",
]
