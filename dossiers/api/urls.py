"""Addresses of the case file, under /api/v1/. `ref` is the uuid of a draft or dossier, or a dossier's code."""

from django.urls import path

from dossiers.api import actions, drafts, reading

urlpatterns = [
    path("dossiers/", drafts.Dossiers.as_view(), name="dossiers"),
    path("dossiers/<str:ref>/", drafts.DossierDetail.as_view(), name="dossier"),
    path("dossiers/<str:ref>/files/", drafts.Files.as_view(), name="files"),
    path("dossiers/<str:ref>/files/<uuid:file>/", reading.HandedIn.as_view(), name="file"),
    path("dossiers/<str:ref>/submit/", drafts.Submit.as_view(), name="submit"),
    path("dossiers/<str:ref>/events/", reading.Events.as_view(), name="events"),
    path("dossiers/<str:ref>/result/", reading.ResultFile.as_view(), name="result"),
    path("queue/", reading.Queue.as_view(), name="queue"),
    path("track/", reading.Track.as_view(), name="track"),
    *actions.addresses(),
]
