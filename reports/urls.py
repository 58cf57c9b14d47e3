"""Addresses of the public figures, under /thong-ke/."""

from django.urls import path

from reports.views import citizen

app_name = "reports"
urlpatterns = [
    path("", citizen.figures, name="figures"),
    path("so-lieu.csv", citizen.figures_csv, name="figures_csv"),
    path("so-lieu.xlsx", citizen.figures_xlsx, name="figures_xlsx"),
    path("da-cong-bo/", citizen.published, name="published"),
]
