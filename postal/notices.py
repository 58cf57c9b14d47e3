"""Which news about a parcel tells whom what."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from common.outbox import News
from dossiers.models import Dossier
from dossiers.notices import Notice, deliver, language_of, load
from postal.models import Parcel


def tell(news: News) -> None:
    """Reaction to postal.handed_over and postal.delivery_failed."""
    dossier = load(news.subject_id)
    parcel = Parcel.objects.get(public_id=news.data["parcel"])
    with override(language_of(dossier)):
        deliver(dossier, news, _NOTICES[news.name](dossier, parcel))


def _handed_over(dossier: Dossier, parcel: Parcel) -> Notice:
    values = {"code": dossier.code, "number": parcel.item_code}
    return Notice(
        _("result sent by post, tracking number %(number)s") % values,
        _("The result is on its way"),
        (
            _("The result of dossier %(code)s was handed to the public post. Tracking number: %(number)s.") % values,
            _("The postman calls before he comes. Have your identity card ready."),
        ),
    )


def _failed(dossier: Dossier, parcel: Parcel) -> Notice:
    values = {"code": dossier.code, "number": parcel.item_code}
    return Notice(
        _("the postman could not deliver the result and will try again"),
        _("The postman could not deliver the result"),
        (
            _("Parcel %(number)s of dossier %(code)s could not be delivered. The postman will try again.") % values,
            _("If nobody can be reached, the result comes back to the counter where you can collect it."),
        ),
    )


_NOTICES = {"postal.handed_over": _handed_over, "postal.delivery_failed": _failed}
