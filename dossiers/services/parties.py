"""The applicant as of filing, copied once: a later change of the account never changes a dossier."""

from datetime import date

from accounts.models import User
from accounts.services import person_snapshot
from common.crypto import blind_index
from common.text import fold, name_sort_key
from dossiers.models import Dossier, Party

NATIONAL_ID_CONTEXT = "national_id"


def snapshot(dossier: Dossier, user: User) -> Party:
    """Copy the person (or the organisation this person files for) into the dossier's party."""
    party = party_of(dossier, user)
    party.save(force_insert=True)
    return party


def party_of(dossier: Dossier, user: User) -> Party:
    """The copy, not stored yet."""
    facts = person_snapshot(user, dossier.organisation)
    business = facts["organisation"]
    name = business["name"] if business else facts["full_name"]
    return Party(
        dossier=dossier,
        kind="organisation" if business else "person",
        full_name=name,
        sort_key=name_sort_key(name),
        folded_name=fold(name),
        national_id=facts["national_id"],
        national_id_index=blind_index(facts["national_id"], context=NATIONAL_ID_CONTEXT),
        tax_code=business["tax_code"] if business else "",
        birth_date=date.fromisoformat(facts["birth_date"]) if facts["birth_date"] else None,
        phone=facts["phone"] or "",
        email=facts["email"] or "",
        address=(business or facts)["address"] or {},
        contact_name=facts["full_name"] if business else "",
    )
