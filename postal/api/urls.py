"""Addresses of parcels, under /api/v1/."""

from django.urls import path

from postal.api import parcels

urlpatterns = [
    path("dossiers/<str:ref>/parcel/hand-over/", parcels.HandOver.as_view(), name="parcel_hand_over"),
    path("dossiers/<str:ref>/parcel/cancel/", parcels.KeepAtCounter.as_view(), name="parcel_cancel"),
]
