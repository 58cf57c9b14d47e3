"""The rules of codes: five tries, five minutes, once, for one session, phone and purpose, limited in number."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import OneTimeCode
from accounts.services import CodeRefused, codes, issue_code, proven_phone, spend_code, sweep_codes, verify_code
from notifications.models import Message
from tests.accounts import cast

NOW = timezone.now().replace(minute=10, second=0, microsecond=0)
ASKED = {"purpose": "register", "binding": "session-a"}


def issue(**changes: object) -> tuple[OneTimeCode, str]:
    values = {"phone": cast.MAI_PHONE, "network": "192.0.2.1", "language": "vi", "at": NOW} | ASKED | changes
    code = issue_code(**values)
    return code, cast.last_code()


def verify(code: OneTimeCode, digits: str, **changes: object) -> bool:
    values = {"public_id": str(code.public_id), "digits": digits, "at": NOW} | ASKED | changes
    return verify_code(**values)


@pytest.mark.django_db
class TestOneCode:
    def test_right_code_works_once(self):
        code, digits = issue()
        assert verify(code, digits)
        assert not verify(code, digits)

    def test_code_is_stored_only_as_a_keyed_hash(self):
        _, digits = issue()
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(c)::text FROM accounts_onetimecode c")
            row = cursor.fetchone()[0]
        assert f'"{digits}"' not in row and "912345678" not in row

    def test_after_five_wrong_tries_the_right_code_is_refused(self):
        code, digits = issue()
        for _ in range(5):
            assert not verify(code, cast.wrong(digits))
        assert not verify(code, digits)

    def test_fifth_try_may_still_be_the_right_one(self):
        code, digits = issue()
        for _ in range(4):
            verify(code, cast.wrong(digits))
        assert verify(code, digits)

    @pytest.mark.parametrize(
        ("age", "works"), [(timedelta(minutes=4, seconds=59), True), (timedelta(minutes=5), False)]
    )
    def test_code_lives_five_minutes(self, age, works):
        code, digits = issue()
        assert verify(code, digits, at=NOW + age) is works

    def test_code_works_only_in_the_session_that_asked_for_it(self):
        code, digits = issue()
        assert not verify(code, digits, binding="session-b")
        assert verify(code, digits)

    def test_code_works_only_for_its_purpose(self):
        code, digits = issue()
        assert not verify(code, digits, purpose="sign")
        assert not verify(code, digits, purpose="reset")
        assert verify(code, digits)

    def test_code_of_one_phone_says_nothing_of_another(self):
        mine, digits = issue()
        issue(phone="+84987654321")
        verify(mine, digits)
        asked = {"public_id": str(mine.public_id), "at": NOW} | ASKED
        assert proven_phone(**asked) == cast.MAI_PHONE

    def test_new_code_kills_the_old_one(self):
        old, old_digits = issue()
        new, new_digits = issue(binding="session-b")
        assert not verify(old, old_digits)
        assert verify(new, new_digits, binding="session-b")

    def test_proof_lasts_thirty_minutes_and_is_spent_once(self):
        code, digits = issue()
        assert verify(code, digits)
        asked = {"public_id": str(code.public_id)} | ASKED
        assert proven_phone(at=NOW + timedelta(minutes=30), **asked)
        assert not proven_phone(at=NOW + timedelta(minutes=31), **asked)
        assert spend_code(code, at=NOW) and not spend_code(code, at=NOW)
        assert not proven_phone(at=NOW, **asked)

    def test_codes_are_deleted_a_day_after_they_expired(self):
        issue()
        assert sweep_codes(at=NOW + timedelta(hours=23)) == 0
        assert sweep_codes(at=NOW + timedelta(hours=25)) == 1

    def test_unknown_or_foreign_code_is_refused(self):
        code, digits = issue()
        assert not verify_code(public_id="", digits=digits, at=NOW, **ASKED)
        assert not verify(code, digits, binding="")


@pytest.mark.django_db
class TestHowMany:
    def test_five_codes_an_hour_a_phone(self):
        for minute in range(5):
            issue(at=NOW + timedelta(minutes=minute))
        with pytest.raises(CodeRefused):
            issue(at=NOW + timedelta(minutes=10), network="192.0.2.99")
        issue(at=NOW + timedelta(hours=1))

    def test_third_code_within_a_minute_has_to_wait(self):
        issue()
        issue()
        with pytest.raises(CodeRefused):
            issue()
        issue(at=NOW + timedelta(minutes=1))

    def test_twenty_codes_an_hour_a_network_whatever_the_phones(self):
        for number in range(20):
            issue(phone=f"+8491234{number:04d}")
        with pytest.raises(CodeRefused):
            issue(phone="+84987654321")

    def test_hourly_budget_for_everybody_and_the_reason_is_told(self, settings, caplog):
        settings.SMS_HOURLY_BUDGET = 3
        for number in range(3):
            issue(phone=f"+8491234{number:04d}", network=f"192.0.2.{number}")
        with pytest.raises(CodeRefused) as refusal:
            issue(phone="+84987654321", network="192.0.2.200")
        assert refusal.value.reason == "budget"
        assert Message.objects.count() == 3
        assert "budget" in caplog.text and "987654321" not in caplog.text

    def test_refused_request_sends_nothing_and_leaves_the_living_code_alone(self):
        issue()
        code, digits = issue()
        with pytest.raises(CodeRefused):
            issue()
        assert Message.objects.count() == 2
        assert verify(code, digits)

    def test_counters_survive_an_emptied_redis(self):
        for minute in range(5):
            issue(at=NOW + timedelta(minutes=minute))
        cache.clear()
        with pytest.raises(CodeRefused):
            issue(at=NOW + timedelta(minutes=10))

    def test_page_says_what_to_do_and_answers_alike_for_every_refused_phone(self, client):
        pages = set()
        for _ in range(3):
            pages.add(client.post(cast.url("register"), {"phone": "0912345678"}).status_code)
        assert pages == {302, 200}
        assert Message.objects.count() == 2


def in_parallel(count, work):
    """Run `work(i)` in threads that all wait at one barrier; returns the results."""
    barrier, results = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            barrier.wait(timeout=20)
            results.append(work(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Stage:
    """Counts guesses that came to the comparison; holds them there until all threads have passed the counter."""

    def __init__(self, monkeypatch) -> None:
        self.evaluated: list[str] = []
        real = codes._hash
        monkeypatch.setattr(
            codes, "_hash", lambda public_id, digits: self.evaluated.append(digits) or real(public_id, digits)
        )


def slow_count_without_lock(barrier: threading.Barrier):
    """The mistake this room must not make: read the counter, then write it."""

    def count(code: OneTimeCode, at) -> bool:
        fresh = OneTimeCode.objects.get(pk=code.pk)
        barrier.wait(timeout=20)
        if fresh.tries >= 5:
            return False
        OneTimeCode.objects.filter(pk=code.pk).update(tries=min(fresh.tries + 1, 5))
        return True

    return count


@pytest.mark.django_db(transaction=True)
class TestParallelGuesses:
    def test_of_twenty_parallel_guesses_five_are_evaluated_and_then_the_right_code_is_refused(self, monkeypatch):
        code, digits = issue()
        stage = Stage(monkeypatch)
        answers = in_parallel(20, lambda i: verify(code, f"{(int(digits) + 1 + i) % 10**6:06d}"))
        assert len(stage.evaluated) == 5 and answers == [False] * 20
        assert not verify(code, digits)

    def test_negative_control_counting_without_one_update_lets_more_than_five_through(self, monkeypatch):
        code, digits = issue()
        stage = Stage(monkeypatch)
        monkeypatch.setattr(codes, "_count_try", slow_count_without_lock(threading.Barrier(20)))
        in_parallel(20, lambda i: verify(code, cast.wrong(digits)))
        assert len(stage.evaluated) > 5

    def test_right_code_sent_five_times_at_once_is_taken_once(self):
        code, digits = issue()
        assert sorted(in_parallel(5, lambda i: verify(code, digits))) == [False] * 4 + [True]

    def test_codes_asked_for_at_once_leave_one_alive(self):
        in_parallel(2, lambda i: issue(binding=f"session-{i}"))
        assert OneTimeCode.objects.filter(used_at=None, killed_at=None).count() == 1

    def test_parallel_requests_do_not_slip_past_the_limit_of_a_phone(self):
        def ask(number: int) -> bool:
            try:
                issue(at=NOW, network=f"192.0.2.{number}")
            except CodeRefused:
                return False
            return True

        assert sum(in_parallel(8, ask)) == 2
        assert Message.objects.count() == 2


@pytest.mark.django_db
def test_code_pasted_with_spaces_works_and_the_field_helps_the_phone_fill_it_in(client):
    client.post(cast.url("register"), {"phone": "0912345678"})
    page = client.get(cast.url("register_code")).content.decode()
    assert 'autocomplete="one-time-code"' in page and 'inputmode="numeric"' in page
    digits = cast.last_code()
    assert client.post(cast.url("register_code"), {"code": f" {digits[:3]} {digits[3:]} "}).status_code == 302


@pytest.mark.django_db
def test_victims_code_typed_in_his_own_browser_does_not_open_the_attackers_session(client):
    client.post(cast.url("register"), {"phone": "0912345678"})
    digits = cast.last_code()
    victim = Client()
    assert victim.post(cast.url("register_code"), {"code": digits}).url == cast.url("register")
    assert client.get(cast.url("register_details")).url == cast.url("register")
