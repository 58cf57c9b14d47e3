"""Addresses of the working calendar and of outages, under /quan-tri/."""

from django.urls import path

from dossiers.views.admin import calendar, outages, recounting

app_name = "clock"
urlpatterns = [
    path("lich-lam-viec/", calendar.calendar, name="calendar"),
    path("lich-lam-viec/xem-truoc/", calendar.preview, name="preview_calendar"),
    path("lich-lam-viec/cong-bo/", calendar.publish, name="publish_calendar"),
    path("lich-lam-viec/tinh-lai/", recounting.recount, name="recount"),
    path("su-co/", outages.outages, name="outages"),
    path("su-co/<int:pk>/", outages.outage, name="outage"),
]
