"""Addresses of the case file: filing, following, verifying; officers' addresses stand in `urls_officer`."""

from django.urls import URLPattern, URLResolver, path

from dossiers import urls_officer
from dossiers.views.citizen import (
    check,
    confirm,
    delivery,
    dossier,
    files,
    lookup,
    mine,
    papers,
    rating,
    sections,
    start,
    store,
    supplement,
    thread,
)

app_name = "dossiers"
DRAFT = "nop/<str:code>/<uuid:draft>/"
DOSSIER = "ho-so/<str:code>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("nop/xa-phuong/", sections.communes, name="communes"),
    path("nop/<str:code>/", start.start, name="start"),
    path(DRAFT, sections.draft, name="draft"),
    path(DRAFT + "xoa/", start.delete_draft, name="delete_draft"),
    path(DRAFT + "noi-giai-quyet/", sections.agency, name="agency"),
    path(DRAFT + "giay-to/", papers.papers, name="papers"),
    path(DRAFT + "giay-to/gui/", papers.upload_file, name="upload_file"),
    path(DRAFT + "giay-to/tep/<uuid:file>/", papers.file_row, name="file_row"),
    path(DRAFT + "giay-to/<slug:key>/da-co/", store.reuse, name="reuse"),
    path(DRAFT + "nhan-ket-qua/", delivery.delivery, name="delivery"),
    path(DRAFT + "kiem-tra/", check.check, name="check"),
    path(DRAFT + "phien-ban-moi/", check.renew, name="renew"),
    path(DRAFT + "<slug:section>/", sections.section, name="section"),
    path(DRAFT + "<slug:section>/luu/", sections.autosave, name="autosave"),
    path("ho-so/", mine.mine, name="mine"),
    path("ho-so/tep/<uuid:file>/", files.file, name="file"),
    path(DOSSIER, dossier.dossier, name="dossier"),
    path(DOSSIER + "da-nop/", check.submitted, name="submitted"),
    path(DOSSIER + "da-khai/", dossier.declared, name="declared"),
    path(DOSSIER + "bo-sung/", supplement.supplement, name="supplement"),
    path(DOSSIER + "bo-sung/gui/", supplement.upload_file, name="supplement_upload"),
    path(DOSSIER + "danh-gia/", rating.rate, name="rate"),
    path(DOSSIER + "trao-doi/", thread.thread, name="thread"),
    path(DOSSIER + "rut/", dossier.withdraw, name="withdraw"),
    path(DOSSIER + "ket-qua/", files.result, name="result"),
    path("giay-to/", store.store, name="store"),
    path("xac-nhan/", confirm.find, name="find_confirmation"),
    path("xac-nhan/<uuid:confirmation>/", confirm.confirm, name="confirm"),
    path("tra-cuu/", lookup.look_up, name="look_up"),
    path("xac-thuc/", lookup.verify, name="verify"),
    path("xac-thuc/<str:code>/", lookup.verify_result, name="verify_result"),
]
urlpatterns += urls_officer.urlpatterns
