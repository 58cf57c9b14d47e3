"""Guards of the flow chart: named predicates on the dossier's own columns."""

from typing import Any


def fee_is_settled(dossier: Any) -> bool:
    """Every fee is paid, also the one after examination (Law on Fees and Charges 97/2015)."""
    return dossier.fee_state in {"none", "paid"}


def nothing_is_owed_yet(dossier: Any) -> bool:
    """No fee is owed before acceptance; one after examination is asked for later."""
    return dossier.fee_state not in {"due", "pending"}


def fee_is_owed(dossier: Any) -> bool:
    """A fee was asked and is not paid."""
    return dossier.fee_state in {"due", "pending"}


def is_accepted(dossier: Any) -> bool:
    """The dossier was accepted before (form 01 exists)."""
    return dossier.accepted_at is not None


def is_not_accepted(dossier: Any) -> bool:
    """The dossier was not accepted yet."""
    return dossier.accepted_at is None


def is_unopened(dossier: Any) -> bool:
    """No officer has opened intake, so the citizen may still edit."""
    return dossier.opened_at is None


def no_supplement_after_acceptance_yet(dossier: Any) -> bool:
    """After acceptance a supplement may be asked at most once (Decree 118/2025; form 02 guides fully in one go)."""
    return dossier.supplements_after_acceptance == 0


def supplement_was_sent(dossier: Any) -> bool:
    """The citizen has sent what was asked for."""
    return dossier.supplement_sent_at is not None


def supplement_was_not_sent(dossier: Any) -> bool:
    """The citizen has not answered the request."""
    return dossier.supplement_sent_at is None


def withdrawal_was_asked(dossier: Any) -> bool:
    """The citizen has asked to withdraw."""
    return dossier.withdrawal_asked_at is not None


def nothing_is_signed(dossier: Any) -> bool:
    """No decision is signed: afterwards a withdrawal is too late."""
    return dossier.result_state in {"", "drafted"}


def an_opinion_is_open(dossier: Any) -> bool:
    """Another agency was asked for an opinion and has not answered."""
    return bool(dossier.open_opinions > 0)


def is_a_part(dossier: Any) -> bool:
    """The dossier is a part of an inter-agency procedure; the citizen's own one is another."""
    return dossier.parent_id is not None


def is_no_part(dossier: Any) -> bool:
    """The dossier is the citizen's own: a part is not withdrawn and given no appointment by itself."""
    return dossier.parent_id is None


def a_part_is_awaited(dossier: Any) -> bool:
    """A part at another agency has not ended yet."""
    return bool(dossier.open_children > 0)


def no_part_is_awaited(dossier: Any) -> bool:
    """Every part at another agency has ended, or the officers went on without it."""
    return bool(dossier.open_children == 0)


def supplement_is_approved(dossier: Any) -> bool:
    """The leader approved the drafted request (Decree 118/2025: drafted by the specialist, approved, sent by the one-stop)."""
    return dossier.supplement_request_state == "approved"


def supplement_is_drafted(dossier: Any) -> bool:
    """A request for a supplement is drafted and waits for approval."""
    return dossier.supplement_request_state == "drafted"


def result_is_drafted(dossier: Any) -> bool:
    """A result is drafted and unsigned."""
    return dossier.result_state == "drafted"


def result_is_signed(dossier: Any) -> bool:
    """The result carries the leader's signature and is not issued yet."""
    return dossier.result_state == "signed"


def result_is_issued(dossier: Any) -> bool:
    """A result was issued and not revoked since."""
    return dossier.result_state == "issued"


def is_granted(dossier: Any) -> bool:
    """The drafted result grants what was asked."""
    return dossier.outcome == "granted"


def is_rejected(dossier: Any) -> bool:
    """The drafted result is a negative answer in substance."""
    return dossier.outcome == "rejected"


def may_be_decided_at_once(dossier: Any) -> bool:
    """The route says that the receiving officer with the right to decide does so at once (certification)."""
    return bool(dossier.decides_at_once)


def is_decided_elsewhere(dossier: Any) -> bool:
    """The deciding agency works in software of its own (central branches: police, tax, social insurance)."""
    return bool(dossier.deciding_agency and dossier.deciding_agency.own_software)


def was_not_reappointed(dossier: Any) -> bool:
    """Only one new appointment may be given."""
    return dossier.appointment_at is None


def returns_at_counter(dossier: Any) -> bool:
    """The result is collected at a counter."""
    return dossier.delivery == "counter"


def returns_online(dossier: Any) -> bool:
    """The result is returned to the account."""
    return dossier.delivery == "online"


def returns_by_post(dossier: Any) -> bool:
    """The result is returned by public post (Decision 45/2016)."""
    return dossier.delivery == "post"


def came_on_paper(dossier: Any) -> bool:
    """Taken over at the counter or from the post: what a citizen is still writing online is nobody's to receive."""
    return dossier.intake in {"counter", "post"}


def has_prepaid_fee(dossier: Any) -> bool:
    """A fee is to be paid before acceptance."""
    return dossier.fee_state == "due" and dossier.accepted_at is None
