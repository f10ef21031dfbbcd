# One image for web, worker and the one-shot commands. Node is only in the stage that builds static/dist.
FROM node:22-bookworm-slim AS bundle
WORKDIR /bundle
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY scripts/bundle.mjs scripts/logging.mjs scripts/
COPY static/js/canvas static/js/canvas
RUN node scripts/bundle.mjs

FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/run.txt /requirements/run.txt
RUN /venv/bin/pip install --only-binary :all: --no-deps --require-hashes -r /requirements/run.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /srv/studio studio
COPY --from=packages /venv /venv
WORKDIR /srv/studio/app
COPY . .
COPY --from=bundle /bundle/static/dist static/dist
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    DATA_DIR=/srv/studio/data \
    STATIC_ROOT=/srv/studio/static \
    HOST=0.0.0.0 \
    PORT=8000
# A key of the moment: gathering static files signs nothing
RUN SECRET_KEY=build DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build \
    && install -d -o studio -g studio -m 700 /srv/studio/data
USER 10001
VOLUME /srv/studio/data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "scripts.healthy"]
CMD ["scripts/container", "web"]
