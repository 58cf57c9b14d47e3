"""Addresses of the desk, mounted at the root by `dossiers.urls` (all under /can-bo/)."""

from django.urls import path

from dossiers.views.officer import acts, books, counter, dossier, files, hand_overs, made_papers, queue, search

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
    path("can-bo/ban-giao/", hand_overs.hand_over_lists, name="hand_overs"),
    path("can-bo/ban-giao/moi/", hand_overs.new_hand_over, name="new_hand_over"),
    path("can-bo/ban-giao/<uuid:public_id>/", hand_overs.hand_over, name="hand_over"),
    path("can-bo/ban-giao/<uuid:public_id>/in/", hand_overs.hand_over_pdf, name="hand_over_pdf"),
    path("can-bo/ban-giao/<uuid:public_id>/xac-nhan/", hand_overs.confirm_hand_over, name="confirm_hand_over"),
    path("can-bo/so-theo-doi/", books.tracking_books, name="tracking_books"),
    path("can-bo/so-theo-doi/<uuid:public_id>/", books.tracking_book_page, name="tracking_book"),
    path("can-bo/so-theo-doi/<uuid:public_id>/<int:number>/", books.tracking_book_volume, name="tracking_book_volume"),
    path("can-bo/ho-so/<str:code>/", dossier.officer_dossier, name="officer_dossier"),
    path("can-bo/ho-so/<str:code>/tep/<uuid:public_id>/", files.officer_file, name="officer_file"),
    path(
        "can-bo/ho-so/<str:code>/tep/<uuid:public_id>/<int:number>/",
        files.officer_file_page,
        name="officer_file_page",
    ),
    path("can-bo/ho-so/<str:code>/giay-to/<str:key>/", files.mark_paper, name="mark_paper"),
    path("can-bo/ho-so/<str:code>/viec/<slug:slug>/", acts.officer_act, name="officer_act"),
    path("can-bo/ho-so/<str:code>/giay-to-da-lap/", made_papers.made_papers, name="made_papers"),
    path("can-bo/ho-so/<str:code>/giay-to-da-lap/<int:seq>/<slug:size>/", made_papers.print_paper, name="print_paper"),
    path("can-bo/ho-so/<str:code>/<slug:part>/", dossier.officer_dossier, name="officer_part"),
]
