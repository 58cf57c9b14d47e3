# One image for web, worker, beat and the one-off commands; what it does is the command it is started with.
# Versions are pinned here and in requirements/base.txt (with hashes); raise them on purpose, not by rebuilding.
FROM node:22.21.1-bookworm-slim AS node

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r requirements/base.txt
ENV PATH="/opt/venv/bin:$PATH"
COPY package.json package-lock.json ./
COPY scripts/build_static.py scripts/build_static.py
RUN mkdir static && python scripts/build_static.py && rm -rf node_modules
COPY . .
# The static files are part of the image. The values below live in this step only and open nothing.
RUN python scripts/translations.py --compile \
    && MOTCUA_MODE=test DATA_DIR=/var/lib/motcua DATABASE_URL=postgresql://x@/x REDIS_URL=redis://x \
    SECRET_KEY=build FIELD_KEYS="$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
    BLIND_INDEX_KEY=build CHAIN_KEYS=k1:build VNPAY_SECRETS=build SMS_SECRETS=build POSTAL_SECRETS=build \
    python manage.py collectstatic --noinput --verbosity 0 --ignore ttf

FROM python:3.11.14-slim-bookworm
# WeasyPrint draws the papers with Pango; security updates of these three come with the base image's release, hence no pins.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 motcua && useradd --uid 10001 --gid motcua --no-create-home --shell /usr/sbin/nologin motcua \
    && install -d -o motcua -g motcua /var/lib/motcua /var/lib/motcua/media
# Backup and restore use the programs of the server's own version (docker-compose.yml), with the library they were linked to.
COPY --from=postgres:18.1-bookworm /usr/lib/postgresql/18/bin/pg_dump /usr/lib/postgresql/18/bin/pg_restore /usr/local/bin/
COPY --from=postgres:18.1-bookworm /usr/lib/*-linux-gnu/libpq.so.5 /usr/local/lib/
RUN ldconfig
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=root:motcua /var/lib/motcua/static /var/lib/motcua/static
COPY --from=build /app /app
WORKDIR /app
ENV PATH="/opt/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp/cache \
    DATA_DIR=/var/lib/motcua MALLOC_ARENA_MAX=2
USER 10001:10001
EXPOSE 8000
# No control socket, heartbeats in memory: the container's file system is read-only.
CMD ["gunicorn", "portal.wsgi:application", "--bind=0.0.0.0:8000", "--preload", "--worker-class=gthread", "--workers=4", \
     "--threads=4", "--graceful-timeout=25", "--max-requests=5000", "--max-requests-jitter=500", "--worker-tmp-dir=/dev/shm", \
     "--no-control-socket"]
