"""A tiny filing page with real endpoints, for the tests of static/js/filing.js. What arrived is kept in RECEIVED."""

import threading
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import engines
from django.template.loader import render_to_string
from django.urls import path

from portal import urls as portal_urls

RECEIVED: dict[str, list[Any]] = {"drafts": [], "files": []}
ARRIVED = threading.Semaphore(0)
LEAVE = threading.Event()
MOOD = {"save": "ok", "upload": "ok"}  # what the next answers are like
PAGE = """{% extends "base.html" %}{% load mc %}
{% block title %}Khai thử{% endblock %}
{% block main %}<h1 class="govuk-heading-l">Khai thử</h1>
<form id="to-khai" method="post" action="/nop-thu/" enctype="multipart/form-data" novalidate>{% csrf_token %}
{% field form.name %}{% field form.kind %}
{% include "common/upload_card.html" with paper=paper upload_url="/gui-tep/" delete_name="xoa" %}
{% include "common/button_group.html" %}</form>{% endblock %}
{% block after_main %}
{% include "common/autosave_bar.html" with later_url="/" save_url="/luu-nhap/" form_id="to-khai" login_url="/vao/" %}
{% include "common/filing_scripts.html" with login_url="/vao/" %}{% endblock %}"""


class Sample(forms.Form):
    """Two fields are enough to see what is saved."""

    name = forms.CharField(label="Họ tên")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "Mới"), ("b", "Cấp lại")], widget=forms.RadioSelect)


def page(request: HttpRequest) -> HttpResponse:
    paper = {"key": "don", "title": "Đơn đề nghị", "files": []}
    html = engines["django"].from_string(PAGE).render({"form": Sample(), "paper": paper}, request)
    return HttpResponse(html)


def save(request: HttpRequest) -> HttpResponse:
    if MOOD["save"] == "down":
        return HttpResponse(status=503)
    if MOOD["save"] == "signed out":
        return HttpResponse(status=302, headers={"Location": "/vao/"})
    RECEIVED["drafts"].append(request.POST.dict())
    return JsonResponse({"saved_at": "09:20"})


def submit(request: HttpRequest) -> HttpResponse:
    RECEIVED["drafts"].append(request.POST.dict())
    ARRIVED.release()
    LEAVE.wait(5)  # as a busy server answers: long after the second press
    return HttpResponse(status=204)


def upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES["file"]
    RECEIVED["files"].append((request.POST["paper"], file.name, file.size))
    if MOOD["upload"] == "refused":
        return JsonResponse({"error": "Tệp này không phải ảnh hay PDF."}, status=422)
    if MOOD["upload"] == "down once":
        MOOD["upload"] = "ok"
        return HttpResponse(status=503)
    row = {"public_id": "f1", "name": file.name, "size": file.size, "state": "ok", "words": "Đọc được"}
    return HttpResponse(render_to_string("common/file_row.html", {"file": row, "delete_name": "xoa"}))


def sign_in(request: HttpRequest) -> HttpResponse:
    MOOD["save"] = "ok"
    return render(request, "base.html")


urlpatterns = [
    path("khai-thu/", page),
    path("luu-nhap/", save),
    path("nop-thu/", submit),
    path("gui-tep/", upload),
    path("vao/", sign_in),
    *portal_urls.urlpatterns,
]
