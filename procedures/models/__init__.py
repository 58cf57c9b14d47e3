"""The catalogue: fields, procedures, their versions, the online services that are classified, publication decisions.

`ProcedureVersion.content` is the law of a dossier pinned to it; everything else here is for finding, listing and
publishing it.
"""

from procedures.models.applying import AppliedProcedure
from procedures.models.catalogue import CatalogueChange, Field, Procedure
from procedures.models.history import NEW_LEVELS_FROM, ServiceLevel
from procedures.models.online import CriterionAnswer, OnlineService, Override, ServiceChange
from procedures.models.reviews import ENDING, OPEN_ITEM, Campaign, CampaignItem, CampaignTask, PlanItem
from procedures.models.transfers import CatalogueImport, ImportRow
from procedures.models.versions import Abolition, DraftRevision, ProcedureVersion, PublicationDecision

__all__ = [
    "ENDING",
    "NEW_LEVELS_FROM",
    "OPEN_ITEM",
    "Abolition",
    "AppliedProcedure",
    "Campaign",
    "CampaignItem",
    "CampaignTask",
    "CatalogueChange",
    "CatalogueImport",
    "CriterionAnswer",
    "DraftRevision",
    "Field",
    "ImportRow",
    "OnlineService",
    "Override",
    "PlanItem",
    "Procedure",
    "ProcedureVersion",
    "PublicationDecision",
    "ServiceChange",
    "ServiceLevel",
]
