"""Addresses of the dossiers: citizens' pages and the desk."""

from django.urls import include, path

from dossiers import urls_officer

app_name = "dossiers"
urlpatterns = [path("", include(urls_officer.urlpatterns))]
