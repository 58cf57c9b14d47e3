"""Addresses of the desk, mounted at the root by `dossiers.urls` (all under /can-bo/)."""

from django.urls import path

from dossiers.views.officer import acts, bulk, counter, desk, dossier, files, queue, search

urlpatterns = [
    path("can-bo/", queue.officer_home, name="officer_home"),
    path("can-bo/ho-so/", queue.officer_queue, name="officer_queue"),
    path("can-bo/tiep-theo/", queue.next_dossier, name="next_dossier"),
    path("can-bo/so-dem/", queue.tab_counts, name="tab_counts"),
    path("can-bo/nhan/", bulk.take_selected, name="take_selected"),
    path("can-bo/hang-loat/", bulk.choose_bulk, name="choose_bulk"),
    path("can-bo/hang-loat/<uuid:run>/", bulk.bulk_run, name="bulk_run"),
    path("can-bo/hang-loat/<uuid:run>/lam/", bulk.start_bulk, name="start_bulk"),
    path("can-bo/hang-loat/<uuid:run>/dung/", bulk.cancel_bulk, name="cancel_bulk"),
    path("can-bo/phim-tat/", desk.switch_keys, name="switch_keys"),
    path("can-bo/cot/", desk.arrange, name="arrange"),
    path("can-bo/cach-xem/", desk.save_view, name="save_view"),
    path("can-bo/cach-xem/<uuid:view>/", desk.open_view, name="open_view"),
    path("can-bo/cach-xem/<uuid:view>/sua/", desk.edit_view, name="edit_view"),
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
    path("can-bo/ho-so/<str:code>/giay-to/<str:key>/", files.mark_paper, name="mark_paper"),
    path("can-bo/ho-so/<str:code>/viec/<slug:slug>/", acts.officer_act, name="officer_act"),
    path("can-bo/ho-so/<str:code>/<slug:part>/", dossier.officer_dossier, name="officer_part"),
]
