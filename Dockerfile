# The portal in production: one image for server, worker and migrations (docker-compose.yml says which).
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /portal
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.txt
COPY . .
# Style sheet, translations, compressed static files and packed lexicons are made here, so that the image can be read-only.
# The keys are of this command only: nothing of them is kept.
RUN DEMO=1 SECRET_KEY=build REGISTRY_SIGNING_KEY=build VAR_DIR=/var/portal DJANGO_SETTINGS_MODULE=rus_portal.settings \
    /venv/bin/python -c "import django; django.setup(); from rus_portal.assets import prepare_assets; prepare_assets()" \
    && /venv/bin/python -m compileall -q .

FROM python:3.11.14-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=rus_portal.settings VAR_DIR=/var/portal TMPDIR=/var/portal/temporary \
    METRICS_DIR=/tmp/metrics GRANIAN_LOG_CONFIG=/portal/rus_portal/operations/granian_logging.json
RUN groupadd --gid 10001 portal && useradd --uid 10001 --gid 10001 --no-create-home portal \
    && install -d -o portal -g portal /var/portal /var/portal/documents /var/portal/private \
       /var/portal/temporary
WORKDIR /portal
COPY --from=build /venv /venv
COPY --from=build /portal /portal
COPY --from=build /var/portal/static /var/portal/static
COPY --from=build /var/portal/lexicon /var/portal/lexicon
USER 10001
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0"]
