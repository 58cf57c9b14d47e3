"""Addresses of the desk, mounted at the root by `dossiers.urls` (all under /can-bo/)."""

from django.urls import path

from dossiers.views.officer import acts, batches, counter, dossier, files, queue, register, search, signing

urlpatterns = [
    path("can-bo/", queue.officer_home, name="officer_home"),
    path("can-bo/ho-so/", queue.officer_queue, name="officer_queue"),
    path("can-bo/tiep-theo/", queue.next_dossier, name="next_dossier"),
    path("can-bo/nhan/", queue.take_selected, name="take_selected"),
    path("can-bo/phim-tat/", queue.switch_keys, name="switch_keys"),
    path("can-bo/tim/", search.officer_search, name="officer_search"),
    path("can-bo/tim/<str:key>/", search.officer_found, name="officer_found"),
    path("can-bo/quay/", counter.counter, name="counter"),
    path("can-bo/quay/khach/<uuid:visit>/", counter.visit, name="counter_visit"),
    path("can-bo/quay/khach/<uuid:visit>/nop/<str:code>/", counter.start, name="counter_start"),
    path("can-bo/quay/xac-nhan/<uuid:confirmation>/", counter.confirmation, name="counter_confirmation"),
    path("can-bo/quay/da-nhan/<str:code>/", counter.received, name="counter_received"),
    path("can-bo/quay/phieu/<str:code>/", counter.slip, name="counter_slip"),
    path("can-bo/ky/", signing.signing, name="signing"),
    path("can-bo/ky/ma-pin/", signing.signing_pin, name="signing_pin"),
    path("can-bo/ky/tra-lai/<str:code>/", signing.return_draft, name="return_draft"),
    path("can-bo/ky/xem/<str:code>/", signing.draft_paper, name="draft_paper"),
    path("can-bo/phat-hanh/", batches.issuing, name="issuing"),
    path("can-bo/dot/<uuid:batch>/", batches.result_batch, name="result_batch"),
    path("can-bo/so-ket-qua/", register.register, name="register"),
    path("can-bo/so-ket-qua/tai/<str:kind>/", register.register_file, name="register_file"),
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
