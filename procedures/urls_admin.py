"""Addresses of the catalogue's own pages, all under /quan-tri/."""

from django.urls import path

from procedures.views.admin import applying, classification, decisions, history, home, procedures, reviews, versions

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
    path("dot-ra-soat/", reviews.campaigns, name="reviews"),
    path("dot-ra-soat/moi/", reviews.new_campaign, name="new_review"),
    path("dot-ra-soat/<int:pk>/", reviews.board, name="review_board"),
    path("dot-ra-soat/<int:pk>/sua/", reviews.edit_campaign, name="edit_review"),
    path("dot-ra-soat/<int:pk>/mo/", reviews.open_now, name="open_review"),
    path("dot-ra-soat/<int:pk>/bo/", reviews.drop, name="drop_review"),
    path("dot-ra-soat/<int:pk>/gia-han/", reviews.postpone, name="postpone_review"),
    path("dot-ra-soat/<int:pk>/co-quan/<slug:agency>/", reviews.task, name="review_task"),
    path("dot-ra-soat/<int:pk>/thu-tuc/<str:code>/", reviews.item, name="review_item"),
    path("dot-ra-soat/<int:pk>/kiem-tra/", reviews.check, name="review_check"),
    path("dot-ra-soat/<int:pk>/ket-thuc/", reviews.close, name="review_close"),
    path("dot-ra-soat/<int:pk>/phu-luc.pdf", reviews.annex_pdf, name="review_annex_pdf"),
    path("dot-ra-soat/<int:pk>/phu-luc.xlsx", reviews.annex_xlsx, name="review_annex_xlsx"),
    path("dot-ra-soat/<int:pk>/ke-hoach/", reviews.plan, name="review_plan"),
    path("phan-loai/", classification.classification, name="classification"),
    path("phan-loai/nhieu/", classification.bulk, name="bulk"),
    path("phan-loai/<str:code>/", classification.service, name="service"),
    path("phan-loai/<str:code>/muc-khac/", classification.override, name="override"),
    path("dieu-chan/", classification.stopping, name="stopping"),
    path("lich-su/", history.catalogue_on, name="history"),
]
