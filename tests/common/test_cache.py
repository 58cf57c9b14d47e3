"""The cache may vanish at any moment: pages go on, sessions live in the database, and nothing old comes back with it."""

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ResponseError

from common import cache as forgiving
from common.cache import ForgivingRedisCache
from common.redis_lines import ask
from tests.redis_process import forget_breakers

pytestmark = pytest.mark.django_db
PROFILE = "/tai-khoan/"


@pytest.fixture(params=["gone", "hanging"])
def away(request, own_redis):
    """Redis was there, held a value, and is away now."""
    cache.set("known", "old")
    own_redis.kill() if request.param == "gone" else own_redis.hang()
    return own_redis


def come_back(server) -> None:
    """Redis answers again, with what it still knows, and five seconds have passed."""
    server.wake() if server.process else server.start()
    forget_breakers()


class TestAway:
    def test_reading_misses_and_gives_the_callers_default(self, away):
        assert cache.get("known") is None
        assert cache.get("known", "default") == "default"
        assert cache.get_many(["known"]) == {}
        assert "known" not in cache
        assert cache.touch("known") is False

    def test_what_is_to_be_cached_is_computed_instead(self, away):
        assert cache.get_or_set("page", lambda: "computed") == "computed"

    def test_writing_is_dropped_without_a_word(self, away):
        cache.set("a", 1)
        assert cache.set_many({"a": 1, "b": 2}) == ["a", "b"]
        assert cache.add("a", 1) is True
        assert cache.delete("a") is False
        cache.delete_many(["a", "b"])

    def test_after_one_failure_redis_is_not_asked_for_five_seconds(self, away, monkeypatch):
        clock = [1000.0]
        monkeypatch.setattr(forgiving.time, "monotonic", lambda: clock[0])
        cache.get("known")
        away.start() if not away.process else away.wake()
        clock[0] += 4.9
        cache.set("new", 1)
        assert cache.get("new") is None
        clock[0] += 0.2
        cache.set("new", 1)
        assert cache.get("new") == 1


class TestBack:
    def test_value_changed_while_redis_was_away_is_not_believed_afterwards(self, own_redis):
        cache.set("known", "old")
        own_redis.hang()
        cache.set("known", "new")
        come_back(own_redis)
        assert cache.get("known") is None

    def test_value_deleted_while_redis_was_away_stays_deleted(self, own_redis):
        cache.set_many({"a": 1, "b": 2, "c": 3})
        own_redis.hang()
        cache.delete("a")
        cache.delete_many(["b"])
        come_back(own_redis)
        assert cache.get_many(["a", "b", "c"]) == {"c": 3}

    def test_more_changes_than_are_remembered_empty_the_cache(self, own_redis, monkeypatch):
        monkeypatch.setattr(forgiving, "MOST_STALE", 2)
        cache.set("untouched", 1)
        own_redis.hang()
        for number in range(5):
            cache.set(f"key-{number}", 1)
        come_back(own_redis)
        assert cache.get("untouched") is None
        assert ForgivingRedisCache.stale == set()

    def test_changes_are_remembered_until_redis_has_really_forgotten_them(self, own_redis):
        cache.set("known", "old")
        own_redis.hang()
        cache.delete("known")
        forget_breakers()
        assert cache.get("known") is None  # still hanging: asking fails and nothing is forgotten
        come_back(own_redis)
        assert cache.get("known") is None

    def test_no_value_lives_longer_than_the_settings_say(self, own_redis, settings):
        for timeout in (12 * 3600, None, 300):
            cache.set("known", 1, timeout)
            with_prefix = cache.make_key("known")
            left = cache._cache.get_client().ttl(with_prefix)
            assert 0 < left <= settings.CACHES["default"]["TIMEOUT"] == 60


class TestSessions:
    @pytest.fixture
    def signed_in(self, own_redis) -> Client:
        client = Client()
        client.force_login(get_user_model().objects.create_user("mai", kind="citizen", full_name="Lý Thị Mai"))
        assert client.get(PROFILE).status_code == 200
        return client

    def test_signed_in_stays_signed_in_when_redis_is_killed_and_comes_back_empty(self, signed_in, own_redis):
        own_redis.kill()
        assert signed_in.get(PROFILE).status_code == 200
        come_back(own_redis)
        assert signed_in.get(PROFILE).status_code == 200

    def test_people_can_sign_in_while_redis_hangs(self, own_redis):
        own_redis.hang()
        client = Client()
        client.force_login(get_user_model().objects.create_user("hai", kind="citizen", full_name="Trần Văn Hải"))
        assert client.get(PROFILE).status_code == 200

    def test_who_signs_out_while_redis_hangs_stays_signed_out_when_it_answers_again(self, signed_in, own_redis):
        thief = Client()
        thief.cookies = signed_in.cookies.copy()
        assert thief.get(PROFILE).status_code == 200
        own_redis.hang()
        signed_in.logout()
        assert thief.get(PROFILE).status_code == 302
        come_back(own_redis)
        assert thief.get(PROFILE).status_code == 302

    def test_negative_control_without_the_memory_of_changes_the_old_session_comes_back(
        self, signed_in, own_redis, monkeypatch
    ):
        monkeypatch.setattr(ForgivingRedisCache, "_forget_stale", lambda self: None)
        thief = Client()
        thief.cookies = signed_in.cookies.copy()
        own_redis.hang()
        signed_in.logout()
        come_back(own_redis)
        assert thief.get(PROFILE).status_code == 200


class TestOneConnection:
    def test_an_answer_that_comes_too_late_is_nobodys(self, own_redis):
        """Else the next question, of a session perhaps, would be answered with somebody else's."""
        cache.set_many({"a": "of a", "b": "of b"})
        own_redis.hang()
        assert cache.get("a") is None
        come_back(own_redis)
        assert cache.get("b") == "of b"
        assert cache.get("a") == "of a"

    def test_what_redis_refuses_costs_no_connection(self, own_redis):
        cache.set("a", "of a")
        client = cache._cache.get_client()
        number = ask(client, "CLIENT", "ID")
        with pytest.raises(ResponseError):
            ask(client, "LPUSH", cache.make_key("a"), 1)
        assert ask(client, "CLIENT", "ID") == number
        assert cache.get("a") == "of a"

    def test_what_is_kept_for_no_time_is_forgotten(self, own_redis):
        cache.set("a", 1)
        cache.set("a", 2, 0)
        assert cache.get("a") is None

    def test_every_kind_of_value_comes_back_as_it_was(self, own_redis):
        for value in (7, True, "Lý Thị Mai", "7", None, {"b": (1, 2)}, 1.5):
            cache.set("a", value)
            found = cache.get("a", "nothing")
            assert found == value and type(found) is type(value)
