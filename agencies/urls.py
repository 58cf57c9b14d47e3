"""Addresses of the one-stop counters."""

from django.urls import path

from agencies.views import citizen

app_name = "agencies"
urlpatterns = [
    path("quay/", citizen.counters, name="counters"),
    path("quay/<slug:key>/", citizen.counter, name="counter"),
]
