"""Addresses of the desk, mounted at the root by `dossiers.urls` (all under /can-bo/)."""

from django.urls import path

from dossiers.views.officer import (
    acts,
    counter,
    desk_choices,
    dossier,
    files,
    marks,
    notes,
    presence,
    queue,
    search,
    thread,
)

urlpatterns = [
    path("can-bo/", queue.officer_home, name="officer_home"),
    path("can-bo/ho-so/", queue.officer_queue, name="officer_queue"),
    path("can-bo/tiep-theo/", queue.next_dossier, name="next_dossier"),
    path("can-bo/nhan/", queue.take_selected, name="take_selected"),
    path("can-bo/phim-tat/", queue.switch_keys, name="switch_keys"),
    path("can-bo/ho-so-tiep/", desk_choices.switch_next, name="switch_next"),
    path("can-bo/tim/", search.officer_search, name="officer_search"),
    path("can-bo/tim/<str:key>/", search.officer_found, name="officer_found"),
    path("can-bo/quay/", counter.counter, name="counter"),
    path("can-bo/quay/khach/<uuid:visit>/", counter.visit, name="counter_visit"),
    path("can-bo/quay/khach/<uuid:visit>/nop/<str:code>/", counter.start, name="counter_start"),
    path("can-bo/quay/xac-nhan/<uuid:confirmation>/", counter.confirmation, name="counter_confirmation"),
    path("can-bo/quay/da-nhan/<str:code>/", counter.received, name="counter_received"),
    path("can-bo/quay/phieu/<str:code>/", counter.slip, name="counter_slip"),
    path("can-bo/ho-so/<str:code>/", dossier.officer_dossier, name="officer_dossier"),
    path("can-bo/ho-so/<str:code>/tep/<uuid:public_id>/", files.officer_file, name="officer_file"),
    path(
        "can-bo/ho-so/<str:code>/tep/<uuid:public_id>/<int:number>/",
        files.officer_file_page,
        name="officer_file_page",
    ),
    path("can-bo/ho-so/<str:code>/giay-to/<str:key>/", marks.mark_paper, name="mark_paper"),
    path("can-bo/ho-so/<str:code>/viec/<slug:slug>/", acts.officer_act, name="officer_act"),
    path("can-bo/ho-so/<str:code>/viec/<slug:slug>/ban-xem/", acts.act_paper, name="act_paper"),
    path("can-bo/ho-so/<str:code>/trao-doi/gui/", thread.write_message, name="write_message"),
    path("can-bo/ho-so/<str:code>/ghi-chu/viet/", notes.write_note, name="write_note"),
    path("can-bo/ho-so/<str:code>/ghi-chu/<int:note>/", notes.handle_note, name="handle_note"),
    path("can-bo/ho-so/<str:code>/ai-dang-mo/", presence.officer_presence, name="officer_presence"),
    path("can-bo/ho-so/<str:code>/<slug:part>/", dossier.officer_dossier, name="officer_part"),
]
