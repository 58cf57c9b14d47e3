"""The catalogue: fields, procedures, their versions, the online services that are classified, publication decisions.

`ProcedureVersion.content` is the law of a dossier pinned to it; everything else here is for finding, listing and
publishing it.
"""

from procedures.models.catalogue import CatalogueChange, Field, Procedure
from procedures.models.online import OnlineService
from procedures.models.versions import ProcedureVersion, PublicationDecision

__all__ = ["CatalogueChange", "Field", "OnlineService", "Procedure", "ProcedureVersion", "PublicationDecision"]
