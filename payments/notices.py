"""Which news about money tells whom what."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from common import money
from common.outbox import News
from dossiers.models import Dossier
from dossiers.notices import Notice, deliver, language_of, load, moment
from notifications.models import Message
from notifications.services import About, Text, queue
from payments.models import PaymentOrder, RefundTask


def tell(news: News) -> None:
    """Reaction to payments.paid, payments.reminder and payments.refund_owed."""
    dossier = load(news.subject_id)
    order = PaymentOrder.objects.get(public_id=news.data["order"])
    with override(language_of(dossier)):
        if news.name == "payments.paid" and order.purpose == PaymentOrder.Purpose.PREPAID:
            _on_site(dossier, order, news)  # the dossier's own news says by SMS that it now counts as filed
        else:
            deliver(dossier, news, _NOTICES[news.name](dossier, order, news))


def _on_site(dossier: Dossier, order: PaymentOrder, news: News) -> None:
    if dossier.applicant_id is None:
        return
    notice = _paid(dossier, order, news)
    queue(
        key=news.key("site"),
        channel=Message.Channel.SITE,
        kind=news.name,
        destination="",
        text=Text(notice.heading, "\n\n".join(notice.lines)),
        language=language_of(dossier),
        recipient_id=dossier.applicant_id,
        about=About("dossier", dossier.pk, news.agency_code),
    )


def _paid(dossier: Dossier, order: PaymentOrder, news: News) -> Notice:
    line = _("We received %(amount)s for dossier %(code)s on %(at)s.")
    values = {"amount": money.vnd(order.amount), "code": dossier.code, "at": moment(order.paid_at)}
    return Notice(_("has its fee paid"), _("The fee is paid"), (line % values,))


def _reminder(dossier: Dossier, order: PaymentOrder, news: News) -> Notice:
    due = moment(order.due_at)
    values = {"code": dossier.code, "amount": money.vnd(order.amount), "due": due}
    return Notice(
        _("still waits for the fee, please pay before %(due)s") % {"due": due},
        _("The fee is not paid yet"),
        (_("Dossier %(code)s waits for %(amount)s. Pay before %(due)s.") % values,),
    )


def _owed(dossier: Dossier, order: PaymentOrder, news: News) -> Notice:
    task = RefundTask.objects.get(public_id=news.data["task"])
    values = {"amount": money.vnd(task.amount), "code": dossier.code}
    return Notice(
        _("has a fee that will be paid back to you"),
        _("We owe you money"),
        (
            _("%(amount)s paid for dossier %(code)s will be paid back to you.") % values,
            _("Reason: %(reason)s") % {"reason": task.get_reason_display()},
            _("You need not do anything. We will tell you when the money is on its way."),
        ),
    )


_NOTICES = {"payments.paid": _paid, "payments.reminder": _reminder, "payments.refund_owed": _owed}
