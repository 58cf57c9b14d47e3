"""Why nothing could be signed, in one sentence for the person who pressed the button. Codes go into logs and rows."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from documents.gateways.signing import SigningUnavailable

_AWAY = _(
    "The signing key cannot be reached. Nothing was signed, every draft still waits. Try again, or tell the system operator."
)
_WRONG = _("The signature that came back is not right. Nothing was changed; tell the system operator.")
_NOT_SET_UP = _(
    "The signing service does not know the key that was set up here. Nothing was signed; tell the system operator."
)
_SENTENCES: dict[str, Any] = {
    "certificate_not_in_force": _(
        "The certificate of the signing key is not in force any more (or not yet). Nothing was signed; "
        "tell the system operator."
    ),
    "certificate_revoked": _(
        "The certificate of the signing key is revoked or suspended. Nothing was signed; tell the system operator at once."
    ),
    "key_disabled": _("The signing key is switched off at its service. Nothing was signed; tell the system operator."),
    "pin_refused": _(
        "The signing service refused the PIN of the key. Nothing was signed. Do not try again, further tries may lock "
        "the key; tell the system operator."
    ),
    "pin_missing": _("The PIN of the signing key is not set up. Nothing was signed; tell the system operator."),
    "otp_missing": _(
        "This signing key asks for a code from its owner's phone, which cannot be typed here yet. Nothing was signed; "
        "tell the system operator."
    ),
    "otp_refused": _("The signing service refused the one-time code. Nothing was signed; try again with a new code."),
    "authorisation_expired": _(
        "The permission to use the signing key ran out before it was used. Nothing was signed; try again."
    ),
    "service_refused_us": _(
        "The signing service does not accept this portal's access. Nothing was signed; tell the system operator."
    ),
    "credential_unknown": _NOT_SET_UP,
    "credential_not_named": _NOT_SET_UP,
    "paper_unreadable": _("The paper could not be made. Nothing was changed; try again, or open the dossier."),
    "signature_wrong": _WRONG,
    "signer_untrusted": _(
        "The certificate of the signing key is not one that this portal trusts. Nothing was kept; tell the system operator."
    ),
    "answer_unreadable": _WRONG,
}


def sentence(error: SigningUnavailable) -> str:
    """What happened and what to do."""
    return str(_SENTENCES.get(error.code, _WRONG if error.permanent else _AWAY))
