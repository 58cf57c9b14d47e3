"""Addresses of the case file: filing, following, verifying; officers' addresses stand in `urls_officer`."""

from django.urls import URLPattern, URLResolver, include, path

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
DRAFT = [
    path("", sections.draft, name="draft"),
    path("xoa/", start.delete_draft, name="delete_draft"),
    path("noi-giai-quyet/", sections.agency, name="agency"),
    path("giay-to/", papers.papers, name="papers"),
    path("giay-to/gui/", papers.upload_file, name="upload_file"),
    path("giay-to/tep/<uuid:file>/", papers.file_row, name="file_row"),
    path("giay-to/<slug:key>/da-co/", store.reuse, name="reuse"),
    path("nhan-ket-qua/", delivery.delivery, name="delivery"),
    path("kiem-tra/", check.check, name="check"),
    path("phien-ban-moi/", check.renew, name="renew"),
    path("<slug:section>/", sections.section, name="section"),
    path("<slug:section>/luu/", sections.autosave, name="autosave"),
]
DOSSIER = [
    path("", dossier.dossier, name="dossier"),
    path("da-nop/", check.submitted, name="submitted"),
    path("da-khai/", dossier.declared, name="declared"),
    path("bo-sung/", supplement.supplement, name="supplement"),
    path("bo-sung/gui/", supplement.upload_file, name="supplement_upload"),
    path("danh-gia/", rating.rate, name="rate"),
    path("trao-doi/", thread.thread, name="thread"),
    path("rut/", dossier.withdraw, name="withdraw"),
    path("ket-qua/", files.result, name="result"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *urls_officer.urlpatterns,
    path("nop/xa-phuong/", sections.communes, name="communes"),
    path("nop/<str:code>/", start.start, name="start"),
    path("nop/<str:code>/<uuid:draft>/", include(DRAFT)),
    path("ho-so/", mine.mine, name="mine"),
    path("ho-so/tep/<uuid:file>/", files.file, name="file"),
    path("ho-so/<str:code>/", include(DOSSIER)),
    path("giay-to/", store.store, name="store"),
    path("xac-nhan/", confirm.find, name="find_confirmation"),
    path("xac-nhan/<uuid:confirmation>/", confirm.confirm, name="confirm"),
    path("tra-cuu/", lookup.look_up, name="look_up"),
    path("xac-thuc/", lookup.verify, name="verify"),
    path("xac-thuc/<str:code>/", lookup.verify_result, name="verify_result"),
]
