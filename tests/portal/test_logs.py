"""The log: one JSON line for each thing that happened, and nothing in it about a person, whatever is thrown at the doors."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.test import Client

from portal.logs import JsonLines
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
NUMBER, PHONE, NAME, WORD = "020085000121", "0987654321", "Trần Văn Hải", "mật khẩu rất riêng 71"
CANARIES = (NUMBER, PHONE, PHONE[1:], NAME, "Hải", WORD, "hai@nha-rieng.vn", "203.0.113.77", "Ngõ 8")
FREE = "promotion-notification"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says at INFO and above, as production writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root, requests = logging.getLogger(), logging.getLogger("portal.requests")
    before = root.level, requests.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    requests.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before[0])
    requests.setLevel(before[1])


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_personal_data_thrown_at_every_door_stay_out_of_the_log(log, settings):
    people = cast.make_cast()
    dossier = cast.filed(people.hai, FREE, answers(FREE))
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    door = Client(headers={"X-Forwarded-For": "203.0.113.77", "User-Agent": NAME, "Referer": f"https://x/{NUMBER}"})
    door.raise_request_exception = False
    sign_in = {"username": PHONE, "password": WORD}
    for _ in range(10):  # until the account is locked
        door.post("/tai-khoan/dang-nhap/", sign_in)
    door.post("/tai-khoan/dang-ky/", {"phone": PHONE, "full_name": NAME, "national_id": NUMBER})
    door.post("/tai-khoan/quen-mat-khau/", {"phone": PHONE})
    door.post("/tra-cuu/", {"code": dossier.code, "secret": PHONE})
    door.get("/thu-tuc/", {"q": f"{NAME} {NUMBER}"})
    door.get(f"/xac-thuc/{NUMBER}/")
    door.get(f"/khong-co/{PHONE}/", {"name": NAME})
    door.get(f"/khong-co/%00{PHONE}/")
    door.post("/api/v1/auth/token/", {"username": PHONE, "password": WORD}, content_type="application/json")
    door.post("/api/v1/auth/register/", {"phone": PHONE, "name": NAME}, content_type="application/json")
    door.post("/api/v1/track/", {"code": dossier.code, "secret": PHONE}, content_type="application/json")
    door.post("/api/v1/track/", f'{{"secret": "{PHONE}"', content_type="application/json")
    door.get("/payments/vnpay/ipn/", {"vnp_OrderInfo": NAME, "vnp_TxnRef": PHONE})
    door.post("/notifications/receipts/", {"to": PHONE}, content_type="application/json")
    door.get("/", headers={"Host": f"{PHONE}.example"})
    Client(enforce_csrf_checks=True).post("/tai-khoan/dang-nhap/", sign_in)
    officer = Client(headers={"X-Forwarded-For": "203.0.113.77"})
    officer.force_login(people.giang)
    officer.post("/can-bo/tim/", {"q": f"{NAME}"})
    officer.get(f"/can-bo/ho-so/{dossier.code}/")
    told = lines(log)
    reached = {str(line["view"]) for line in told if line["logger"] == "portal.requests"}
    assert reached >= {
        "accounts:sign_in", "accounts:register", "accounts:reset", "dossiers:look_up", "dossiers:officer_search",
        "procedures:procedure_list", "api:token", "api:register", "api:track", "vnpay_ipn", "-",
    }  # fmt: skip
    assert len([line for line in told if line["logger"] == "portal.requests"]) >= 25
    assert not [
        (canary, line) for canary in CANARIES for line in told if canary in json.dumps(line, ensure_ascii=False)
    ]
    assert {line.get("user") for line in told} >= {None, people.giang.pk}


def test_a_request_is_told_by_view_status_time_and_number_of_the_account(log, client):
    people = cast.make_cast()
    client.force_login(people.mai)
    client.get("/ho-so/")
    (line,) = [one for one in lines(log) if one["logger"] == "portal.requests"]
    assert (line["status"], line["user"], line["level"]) == (200, people.mai.pk, "INFO")
    assert str(line["view"]).startswith("dossiers:")
    assert isinstance(line["ms"], int)
    assert str(line["time"]).endswith("Z")


def test_the_incident_number_of_the_page_stands_in_the_log(log):
    answer = Client(enforce_csrf_checks=True).post("/tai-khoan/dang-nhap/", {"username": PHONE})
    assert answer.status_code == 403
    (incident,) = {line["incident"] for line in lines(log) if "incident" in line}
    assert str(incident) in answer.content.decode()


def told_of(error: Exception, message: str, *arguments: object) -> dict[str, object]:
    """The line for a message with an exception under way."""
    try:
        raise error
    except Exception:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, message, arguments, sys.exc_info())
    found: dict[str, object] = json.loads(JsonLines().format(record))
    return found


def test_the_text_of_an_error_is_not_written_only_its_class_and_place():
    error = DatabaseError(f'duplicate key: Key (phone)=({PHONE}) "{NAME}"')
    line = told_of(error, "task failed: %r, %s", error, error)
    assert line["error"] == "DatabaseError"
    assert str(line["at"]).count("told_of") == 1
    assert not [canary for canary in CANARIES if canary in json.dumps(line, ensure_ascii=False)]


def test_an_error_of_the_database_itself_keeps_its_values_to_itself(log):
    cast.make_cast()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO accounts_user SELECT * FROM accounts_user WHERE full_name = %s", [NAME])
    except DatabaseError as error:
        assert "Key" in str(error)  # PostgreSQL names the value: there is something to leave out
        logging.getLogger("x").exception("import failed: %s", error)
    (line,) = lines(log)
    assert line["error"] == "IntegrityError"
    assert "Key" not in json.dumps(line)


def test_an_address_in_a_message_of_django_is_left_out():
    request = HttpRequest()
    request.path = f"/ho-so/{PHONE}/"
    record = logging.LogRecord(
        "django.request", logging.WARNING, __file__, 1, "%s: %s", ("Not Found", request.path), None
    )
    record.request = request
    line = json.loads(JsonLines().format(record))
    assert (line["message"], line["view"]) == ("Not Found", "-")


def test_one_line_is_one_event_whatever_it_holds():
    line = JsonLines().format(
        logging.LogRecord("x", logging.INFO, __file__, 1, "a\nb\r\u2028%s", ("\x1b[31m\n{",), None)
    )
    assert len(line.splitlines()) <= 2  # U+2028 alone is not escaped by JSON; a collector splits at \n
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["message"].startswith("a\nb")


def test_production_writes_json_and_one_line_for_each_request():
    show = (
        "from django.conf import settings as s; print(s.LOG_FORMAT, s.LOGGING['loggers']['portal.requests']['level'])"
    )

    environment = os.environ | {"LOG_FORMAT": "json"}
    done = subprocess.run([sys.executable, "-c", show], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["json", "INFO"]
    environment = {key: value for key, value in os.environ.items() if key not in {"LOG_FORMAT", "MOTCUA_MODE"}}
    done = subprocess.run([sys.executable, "-c", show], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["json", "INFO"]
