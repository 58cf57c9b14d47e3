"""What the return desk does with a parcel."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import OFFICER
from dossiers.api.base import DossierView
from postal import services
from postal.models import Parcel


class ParcelOut(serializers.Serializer[Parcel]):
    """The parcel of a dossier's result."""

    state = serializers.CharField()
    item_code = serializers.CharField(allow_blank=True)


class Parcels(DossierView):
    """The base: the parcel of a dossier that the officer may see."""

    scope = OFFICER

    def parcel(self, ref: str) -> Parcel:
        """404 when there is no parcel."""
        found = Parcel.objects.filter(dossier=self.dossier(ref)).order_by("-pk").first()
        if found is None:
            raise Http404
        return found


class HandOver(Parcels):
    """The postman took it along."""

    @extend_schema(
        operation_id="parcel_hand_over", request=None, responses=ParcelOut, tags=["desk"],
        summary=_("The parcel with the result was handed to the post"),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """422 when it is not booked yet, or the post has it already."""
        parcel = services.hand_over(self.parcel(ref), user=self.me(), at=timezone.now())
        return Response({"state": parcel.state, "item_code": parcel.item_code})


class KeepAtCounter(Parcels):
    """Not by post after all."""

    @extend_schema(
        operation_id="parcel_cancel", request=None, responses=ParcelOut, tags=["desk"],
        summary=_("Not by post after all: the result waits at the counter"),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """422 when the post already has it."""
        parcel = services.cancel(self.parcel(ref), user=self.me(), at=timezone.now())
        return Response({"state": parcel.state, "item_code": parcel.item_code})
