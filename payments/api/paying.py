"""From a dossier to the pay address of the gateway."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import CITIZEN
from accounts.clients import client_ip
from common.api.problems import Problem
from dossiers.api.base import DossierView
from dossiers.errors import Refused
from dossiers.services import actor_of
from payments import services
from payments.errors import NotPayable, StillUnclear


class PaymentOut(serializers.Serializer[Any]):
    """Where the payer goes, with how much (VND), until when."""

    pay_url = serializers.URLField(max_length=4000)
    amount = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class Payment(DossierView):
    """Paying the fee that is due."""

    scope = CITIZEN

    @extend_schema(
        operation_id="payment_start", request=None, responses=PaymentOut, tags=["payments"],
        summary=_("Begin to pay: the address of the gateway's pay page"),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Repeating it gives the same open attempt; 409 when there is nothing to pay, or money is being looked for."""
        dossier = self.dossier(ref)
        if not actor_of(self.me(), dossier).is_applicant:
            raise Http404
        order = None if dossier.is_draft else services.ensure_order(dossier)
        try:
            if order is None:
                raise NotPayable
            ip = client_ip(request._request)
            attempt = services.start(order, user=self.me(), at=timezone.now(), client_ip=ip)
        except (NotPayable, StillUnclear) as refusal:
            raise Problem(409, "not-payable", str(refusal)) from None
        except Refused as refusal:
            raise Problem(409, detail=str(refusal)) from None
        facts = {"pay_url": attempt.pay_url, "amount": attempt.amount, "expires_at": attempt.expires_at}
        return Response(facts)
