"""Who acts on which news. The one place where upper rooms are tied to what happens in lower ones.

Each function takes `common.outbox.News`, only inserts durable rows, and is idempotent.
"""

from collections import defaultdict

from dossiers.notices import news_told
from dossiers.notices_desk import alarm_news
from dossiers.notices_opinions import opinion_news
from dossiers.workflow import acts

_BY_HAND: dict[str, tuple[str, ...]] = {
    "dossiers.notices.tell_bad_file": ("documents.file_infected",),
    "dossiers.notices_desk.tell_alarm": alarm_news(),
    "dossiers.notices_opinions.tell_opinion": opinion_news(),
    "dossiers.services.distributing.share_as_it_comes": (
        "dossier.submit",
        "dossier.settle_prepayment",
        "dossier.start_processing",
        "dossier.forward",
    ),
    "dossiers.services.endings.return_online": ("dossier.resolved", "dossier.rejected"),
    "dossiers.notices_parts.tell_part": ("dossier.part_ended",),
    "dossiers.services.joint.follow": (
        "dossier.received",
        "dossier.start_processing",
        "dossier.forward",
        "dossier.sign_result",
        "dossier.supplement_confirmed",
        "dossier.resolved",
        "dossier.rejected",
        "dossier.stopped",
    ),
    "payments.services.orders.ensure_order_for": ("dossier.await_prepayment", "dossier.fee_requested"),
    "payments.services.orders.close_orders_for": (
        "dossier.refused",
        "dossier.withdrawn",
        "dossier.stopped",
        "dossier.expire_prepayment",
        "dossier.settle_prepayment",  # the cashier settled at the counter: no order stays open
        "dossier.fee_settled",
    ),
    "payments.notices.tell": ("payments.paid", "payments.reminder", "payments.refund_owed"),
    "postal.services.booking.ensure_parcel_for": ("dossier.resolved", "dossier.rejected"),
    "postal.notices.tell": ("postal.handed_over", "postal.delivery_failed"),
    # Whatever changes a figure; acts that change none (assigned, forwarded, …) are not told to the figures.
    "reports.services.folding.note": (
        "dossier.received",
        "dossier.part_opened",
        "dossier.settle_prepayment",
        "dossier.fee_settled",
        "dossier.resolved",
        "dossier.rejected",
        "dossier.paper_digitised",
        "dossier.reopen",
        "dossier.returned",
        "dossier.rated",
        "payments.paid",
    ),
}


def _table() -> dict[str, tuple[str, ...]]:
    """Reactions by name of news: the ones above, the applicant's notices, and the forms of the acts that have one."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(news_told()):
        found[name].append("dossiers.notices.tell")
    for name in sorted({act.news for act in acts().values() if act.form}):
        found[name].append("dossiers.services.issuing.order_form")
    for path, names in _BY_HAND.items():
        for name in names:
            found[name].append(path)
    return {name: tuple(paths) for name, paths in found.items()}


REACTIONS = _table()
