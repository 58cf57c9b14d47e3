"""Addresses of the catalogue's own pages, all under /quan-tri/."""

from django.urls import path

from procedures.views.admin import home

app_name = "catalogue"
urlpatterns = [
    path("", home.home, name="home"),
]
