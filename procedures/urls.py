"""Addresses of the catalogue, under /thu-tuc/."""

from django.urls import path

from procedures.views import citizen

app_name = "procedures"
urlpatterns = [
    path("", citizen.procedure_list, name="procedure_list"),
    path("<str:code>/", citizen.procedure_detail, name="procedure_detail"),
    path("<str:code>/mau/<uuid:file>/", citizen.form_file, name="form_file"),
]
