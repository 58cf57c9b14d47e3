"""Addresses of the desk, mounted at the root by `dossiers.urls` (all under /can-bo/)."""

from django.urls import path

from dossiers.views.officer import absences, acts, counter, dossier, files, late, queue, search, team

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
    path("can-bo/nhom/", team.team, name="team"),
    path("can-bo/nhom/chia/", team.share_out, name="share_out"),
    path("can-bo/nhom/chia/tu-dong/", team.switch_sharing, name="switch_sharing"),
    path("can-bo/nhom/ban-giao/<int:person>/", team.hand_over, name="hand_over"),
    path("can-bo/nhom/canh-bao/", late.alarms, name="alarms"),
    path("can-bo/nhom/xin-loi/", late.apologies, name="apologies"),
    path("can-bo/nhom/tre-hen/", late.late_without_apology, name="late_without_apology"),
    path("can-bo/nhom/tre-hen.csv", late.late_without_apology_csv, name="late_without_apology_csv"),
    path("can-bo/vang-mat/", absences.absences, name="absences"),
    path("can-bo/vang-mat/<int:pk>/ket-thuc/", absences.end, name="end_absence"),
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
