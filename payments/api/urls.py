"""Addresses of paying, under /api/v1/."""

from django.urls import path

from payments.api import paying

urlpatterns = [path("dossiers/<str:ref>/payment/", paying.Payment.as_view(), name="payment")]
