"""The embedded PostgreSQL: a cluster of our own on a private socket, with the two roles of the house."""

import os
import shutil
import subprocess
from urllib.parse import quote, unquote, urlsplit

from launcher.console import LauncherError
from launcher.engines import Engines
from launcher.places import Home, write_file
from launcher.processes import Child, run_as, wait_until

DATABASE = "motcua"
OWNER, APP = "motcua_owner", "motcua_app"
STAMP = "motcua-ready-2"  # in the cluster once roles, database and extensions are there; counts what they are
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gist", "pg_stat_statements")
SETTINGS = {
    "listen_addresses": "''",
    "shared_preload_libraries": "'pg_stat_statements'",
    "max_connections": "120",
    "shared_buffers": "'256MB'",
    "work_mem": "'8MB'",
    "maintenance_work_mem": "'128MB'",
    "max_wal_size": "'4GB'",
    "random_page_cost": "1.1",  # of disks without moving parts: four rows by their key, not the whole table read and hashed
    "jit": "off",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
    # Statements and details of errors ("Key (…)=(…) already exists") may hold personal data.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PRIVATE = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"}


class Postgres:
    """A cluster in `<home>/pg<version>`; `careless` gives up safety against power cuts for speed (tests)."""

    def __init__(self, home: Home, engines: Engines, *, careless: bool = False) -> None:
        self.home, self.engines, self.careless = home, engines, careless
        self.version = self._program_version()
        self.cluster = home / f"pg{self.version}"
        self.sockets = home.run_folder()
        self.child = Child(
            "postgres", [engines.tool("postgres"), "-D", str(self.cluster)], PRIVATE, home, home.account, stop_signal=2
        )

    def url(self, role: str) -> str:
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Make the cluster when there is none, start it, and see to roles, database and extensions."""
        self._check_version()
        is_new = not (self.cluster / "PG_VERSION").exists()
        if is_new:
            self._make_cluster()
        self._configure()
        self.child.start()
        wait_until(self._accepts, 60, self.child)
        if not (self.cluster / STAMP).exists():
            self._make_roles_and_database()

    def _program_version(self) -> str:
        done = self._run("postgres", "--version")
        return done.split()[2].split(".")[0]

    def _check_version(self) -> None:
        for file in self.home.path.glob("pg*/PG_VERSION"):
            found = file.read_text(encoding="ascii").strip()
            if found != self.version:
                raise LauncherError(
                    f"{file.parent} was made by PostgreSQL {found}, this is {self.version}: "
                    "dump it with the old version, or choose another DATA_DIR"
                )

    def _make_cluster(self) -> None:
        shutil.rmtree(self.cluster, ignore_errors=True)
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if int(self.version) >= 17 else ["--locale=C.UTF-8"]
        half = self.cluster.with_name(f"{self.cluster.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        self._run("initdb", "-D", str(half), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale)
        with (half / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include_if_exists 'motcua.conf'\n")
        half.rename(self.cluster)

    def _configure(self) -> None:
        settings = SETTINGS | {"unix_socket_directories": f"'{self.sockets}'"} | (CARELESS if self.careless else {})
        lines = [f"{name} = {value}" for name, value in settings.items()]
        text = "# Written by the launcher at every start.\n" + "\n".join(lines) + "\n"
        write_file(self.cluster / "motcua.conf", text, self.home.account)

    def _accepts(self) -> bool:
        if not (self.sockets / ".s.PGSQL.5432").exists():
            return False
        command = [self.engines.tool("pg_isready"), "-q", "-h", str(self.sockets)]
        return subprocess.run(command, env=PRIVATE, check=False, **run_as(self.home.account)).returncode == 0

    def _make_roles_and_database(self) -> None:
        exists = "select 1 from pg_roles where rolname ="
        for role, rights in ((OWNER, "LOGIN CREATEDB"), (APP, "LOGIN")):
            if not self.sql(f"{exists} '{role}'"):
                self.sql(f"create role {role} {rights}")
        self.sql(f"grant {APP} to {OWNER}")  # tests take the application's role on to be bound by its rights
        if not self.sql(f"select 1 from pg_database where datname = '{DATABASE}'"):
            self.sql(f"create database {DATABASE} owner {OWNER}")
        for database in ("template1", DATABASE):
            for extension in EXTENSIONS:
                self.sql(f"create extension if not exists {extension}", database)
        (self.cluster / STAMP).touch()

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the superuser and return what it printed."""
        return self._run(
            "psql", "-X", "-q", "-h", str(self.sockets), "-U", "postgres", "-d", database, "-Atc", statement
        )

    def _run(self, tool: str, *arguments: str) -> str:
        command = [self.engines.tool(tool), *arguments]
        done = subprocess.run(
            command, env=PRIVATE, cwd="/", capture_output=True, text=True, check=False, **run_as(self.home.account)
        )
        if done.returncode:
            words = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
            raise LauncherError(f"PostgreSQL's {tool} failed: {words}")
        return done.stdout.strip()


def check_url(engines: Engines, name: str, url: str) -> None:
    """Raise LauncherError unless the given address answers as PostgreSQL 15 or later."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise LauncherError(f"{name} must look like postgresql://user:password@host:5432/name")
    parts = urlsplit(url)
    # The password goes through the environment: a command line can be read by everybody.
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "5", "PGPASSWORD": unquote(parts.password or "")}
    user, _, host = parts.netloc.rpartition("@")
    address = parts._replace(netloc=f"{user.partition(':')[0]}@{host}" if user else host).geturl()
    command = [engines.tool("psql"), "-X", "-Atc", "show server_version_num", address]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        words = (done.stderr.strip() or "no answer").splitlines()[0].removeprefix("psql: error: ")
        raise LauncherError(f"{name} does not work: {words}")
    if int(done.stdout.strip()) < 150000:
        raise LauncherError(f"{name} is PostgreSQL {int(done.stdout.strip()) // 10000}; 15 or later is needed")
