"""Addresses of the catalogue, under /api/v1/."""

from django.urls import path

from procedures.api import catalogue

urlpatterns = [
    path("procedures/", catalogue.Procedures.as_view(), name="procedures"),
    path("procedures/<str:code>/", catalogue.ProcedureDetail.as_view(), name="procedure"),
]
