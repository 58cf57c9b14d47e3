"""The container files, as far as they can be held without an engine: what runs, pinned, with which names and secrets."""

import re
import shutil
import subprocess

import pytest
import yaml

from tests.portal.house import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy/nginx/motcua.conf").read_text(encoding="utf-8")
PINNED = re.compile(r"^[a-z0-9/]+:\d+\.\d+(\.\d+)?(-[a-z]+)*$")
EXAMPLE = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M))
READ = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "portal").glob("*.py"))


def names() -> set[str]:
    """Names of settings that the compose file gives to our own services (NAME_FILE stands for NAME)."""
    return {
        name if name.endswith("_KEY_FILE") else name.removesuffix("_FILE")
        for s in OURS
        for name in SERVICES[s]["environment"]
    }


def test_the_whole_house_is_there():
    assert set(SERVICES) == {"web", "worker", "beat", "migrate", "db", "redis", "clamd", "nginx"}


@pytest.mark.parametrize("service", ["db", "redis", "clamd", "nginx"])
def test_images_of_others_are_pinned(service):
    assert PINNED.match(SERVICES[service]["image"])


def test_the_images_ours_is_built_from_are_pinned():
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    assert len(images) == 3
    assert all(PINNED.match(image) for image in images)


def test_packages_are_installed_by_their_hashes():
    assert "--require-hashes -r requirements/base.txt" in DOCKERFILE


def test_every_name_in_the_compose_file_is_in_the_example_and_read_by_the_settings():
    assert names()
    assert not names() - EXAMPLE
    assert not {name for name in names() if f'"{name}"' not in READ}


def test_every_secret_a_service_uses_is_declared_and_none_is_declared_in_vain():
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    assert all(entry["file"].startswith("./secrets/") for entry in COMPOSE["secrets"].values())
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "secrets" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_secrets_that_the_settings_read_are_mounted_under_their_names():
    """`portal.secrets` finds a secret as a file of SECRETS_DIR under its lower-case name."""
    wanted = {name.lower() for name in re.findall(r'secrets\.\w+\("([A-Z_]+)"', READ)}
    assert len(wanted) >= 6
    for service in OURS:
        assert wanted <= set(SERVICES[service]["secrets"])


def test_files_named_by_the_environment_are_mounted():
    for service in OURS:
        for name, value in SERVICES[service]["environment"].items():
            mounted = str(value).removeprefix("/run/secrets/")
            if name.endswith("_FILE") and not (name.startswith("OWNER") and service != "migrate"):
                assert mounted in SERVICES[service]["secrets"], (service, name)


def test_only_the_migration_may_become_the_owner_of_the_tables():
    assert SERVICES["migrate"]["environment"]["MOTCUA_DB_ROLE"] == "owner"
    for service in ("web", "worker", "beat"):
        assert "MOTCUA_DB_ROLE" not in SERVICES[service]["environment"]
        assert "owner_database_url" not in SERVICES[service]["secrets"]
        assert SERVICES[service]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_only_nginx_has_open_ports():
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["nginx"]


def test_ours_run_without_rights_on_a_read_only_file_system():
    assert re.search(r"^USER 10001", DOCKERFILE, re.M)
    for service in OURS:
        assert SERVICES[service]["read_only"] is True
        assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert not [name for name, service in SERVICES.items() if service.get("privileged")]


def test_redis_keeps_its_append_only_file():
    assert "--appendonly yes" in " ".join(SERVICES["redis"]["command"])
    assert "redis:/data" in SERVICES["redis"]["volumes"]


def test_several_web_and_worker_processes_and_one_beat():
    assert SERVICES["web"]["deploy"]["replicas"] >= 2
    assert SERVICES["worker"]["deploy"]["replicas"] >= 2
    assert "deploy" not in SERVICES["beat"]


def test_the_proxy_that_is_believed_is_nginx_and_no_other_can_get_its_address():
    network = COMPOSE["networks"]["inside"]["ipam"]["config"][0]
    address = SERVICES["nginx"]["networks"]["inside"]["ipv4_address"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == address == "172.30.87.10"
    assert network["ip_range"] == "172.30.87.128/25"
    assert "X-Forwarded-For $remote_addr;" in NGINX  # replaced, never appended to what the visitor sent
    assert "X-Forwarded-Proto https;" in NGINX


def test_nginx_lets_the_largest_upload_through_and_logs_no_query():
    from django.conf import settings

    size = int(re.search(r"client_max_body_size (\d+)m;", NGINX)[1])  # type: ignore[index]
    assert size * 1024 * 1024 > settings.UPLOAD_MAX_BYTES
    log = re.search(r"log_format motcua '(.*)';", NGINX)[1]  # type: ignore[index]
    assert "$request " not in log
    assert "$args" not in log
    assert "$request_uri" not in log
    assert "$uri" in log


def test_files_and_volumes_that_are_mounted_exist():
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]


def test_the_libraries_that_draw_papers_are_those_the_launcher_installs():
    text = (ROOT / "scripts/launcher/debian.py").read_text(encoding="utf-8")
    packages = re.search(r'PAPERS = Part\("PDF papers", \(([^)]*)\)', text)[1]  # type: ignore[index]
    assert all(package.strip(' "') in DOCKERFILE for package in packages.split(","))


def test_the_shell_script_of_the_database_is_sound():
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run([bash, "-n", str(ROOT / "deploy/postgres/10-roles.sh")], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
