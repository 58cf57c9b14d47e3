"""Addresses of the catalogue's own pages, all under /quan-tri/."""

from django.urls import path

from procedures.views.admin import applying, decisions, history, home, procedures, transfers, versions

app_name = "catalogue"
urlpatterns = [
    path("", home.home, name="home"),
    path("thu-tuc/", procedures.procedures, name="procedures"),
    path("thu-tuc/moi/", procedures.new_procedure, name="new_procedure"),
    path("thu-tuc/<str:code>/", procedures.procedure, name="procedure"),
    path("thu-tuc/<str:code>/ma-quoc-gia/", procedures.national_code, name="national_code"),
    path("thu-tuc/<str:code>/mo-du-thao/", versions.start_draft, name="start_draft"),
    path("thu-tuc/<str:code>/du-thao/", versions.draft, name="draft"),
    path("thu-tuc/<str:code>/du-thao/<slug:act>/", versions.act_on_draft, name="act_on_draft"),
    path("thu-tuc/<str:code>/phien-ban/<int:number>/", versions.version, name="version"),
    path("thu-tuc/<str:code>/phien-ban/<int:number>/khoi-phuc/", versions.roll_back, name="roll_back"),
    path("thu-tuc/<str:code>/ap-dung/", applying.applied, name="applied"),
    path("cong-bo/", decisions.decisions, name="decisions"),
    path("cong-bo/moi/", decisions.new_decision, name="new_decision"),
    path("cong-bo/<int:pk>/", decisions.decision, name="decision"),
    path("cong-bo/<int:pk>/sua/", decisions.edit_decision, name="edit_decision"),
    path("nhap-xuat/", transfers.transfers, name="transfers"),
    path("nhap-xuat/xuat/", transfers.export, name="export"),
    path("nhap-xuat/mau/", transfers.template, name="import_template"),
    path("nhap-xuat/<uuid:public_id>/", transfers.one_import, name="import"),
    path("nhap-xuat/<uuid:public_id>/ghi/", transfers.accept, name="accept_import"),
    path("nhap-xuat/<uuid:public_id>/<int:number>/", transfers.one_row, name="import_row"),
    path("lich-su/", history.catalogue_on, name="history"),
]
