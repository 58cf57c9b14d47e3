"""Addresses of the catalogue's own pages, all under /quan-tri/."""

from django.urls import path

from procedures.editing import cases, facts, fees, papers, questions, routes
from procedures.views.admin import applying, classification, decisions, history, home, procedures, reviews, versions
from procedures.views.admin.editor import arranging, listing, overview, previews, routing, transfer, trial
from procedures.views.admin.editor.saving import editing

app_name = "catalogue"
DRAFT = "thu-tuc/<str:code>/soan/"
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
    # the editor of the open draft
    path(f"{DRAFT}", overview.overview, name="editor"),
    path(f"{DRAFT}mo/", overview.open_draft, name="editor_open"),
    path(f"{DRAFT}nop-duyet/", overview.hand_in, name="editor_hand_in"),
    path(f"{DRAFT}sap-xep/", arranging.arrange, name="editor_arrange"),
    path(f"{DRAFT}hoan-tac/", arranging.undo, name="editor_undo"),
    path(f"{DRAFT}mau-san/", arranging.start, name="editor_start"),
    path(f"{DRAFT}thong-tin/", editing(facts.Facts), name="editor_facts"),
    path(f"{DRAFT}mo-ta/", editing(facts.Description), name="editor_description"),
    path(f"{DRAFT}ket-qua/", editing(facts.ResultAndVisits), name="editor_result"),
    path(f"{DRAFT}truong-hop/", listing.cases, name="editor_cases"),
    path(f"{DRAFT}truong-hop/moi/", editing(cases.Case), name="editor_new_case"),
    path(f"{DRAFT}truong-hop/<str:key>/", editing(cases.Case), name="editor_case"),
    path(f"{DRAFT}giay-to/", listing.papers, name="editor_papers"),
    path(f"{DRAFT}giay-to/moi/", editing(papers.Paper), name="editor_new_paper"),
    path(f"{DRAFT}giay-to/<str:key>/", editing(papers.Paper), name="editor_paper"),
    path(f"{DRAFT}giay-to/<str:key>/mau/", listing.form_file, name="editor_form_file"),
    path(f"{DRAFT}phi/", listing.fees, name="editor_fees"),
    path(f"{DRAFT}phi/moi/", editing(fees.Fee), name="editor_new_fee"),
    path(f"{DRAFT}phi/<str:key>/", editing(fees.Fee), name="editor_fee"),
    path(f"{DRAFT}bieu-mau/", listing.eform, name="editor_eform"),
    path(f"{DRAFT}bieu-mau/muon/", listing.borrow, name="editor_borrow"),
    path(f"{DRAFT}bieu-mau/phan/moi/", editing(questions.NewSection), name="editor_new_section"),
    path(f"{DRAFT}bieu-mau/phan/<str:key>/", editing(questions.Section), name="editor_section"),
    path(
        f"{DRAFT}bieu-mau/phan/<str:key>/them/",
        editing(questions.NewQuestion, opens="loai"),
        name="editor_new_question",
    ),
    path(f"{DRAFT}bieu-mau/cau/<str:key>/", editing(questions.Question), name="editor_question"),
    path(
        f"{DRAFT}bieu-mau/cau/<str:key>/them-cot/", editing(questions.NewColumn, opens="loai"), name="editor_new_column"
    ),
    path(f"{DRAFT}bieu-mau/cau/<str:key>/cot/<str:column>/", editing(questions.Column), name="editor_column"),
    path(f"{DRAFT}quy-trinh/", editing(routes.Route, more=routing.route_context), name="editor_route"),
    path(f"{DRAFT}xem-truoc/", previews.preview, name="editor_preview"),
    path(f"{DRAFT}nop-thu/", trial.trial, name="editor_trial"),
    path(f"{DRAFT}tai-ve/<str:scope>.json", transfer.export_json, name="editor_export"),
    path(f"{DRAFT}nhap-tep/", transfer.import_json, name="editor_import"),
]
