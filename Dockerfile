# The portal in production: one image for server, worker and migrations (docker-compose.yml says which).
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /portal
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.txt
COPY . .
# All that is built from the code is built here, so that the image can be read-only; and its user may read all of it,
# whatever the checkout's owner has kept to himself.
RUN /venv/bin/python manage.py prepare && /venv/bin/python -m compileall -q . && chmod -R a+rX,go-w .

FROM python:3.11.14-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=rus_portal.settings VAR_DIR=/var/portal TMPDIR=/var/portal/temporary \
    METRICS_DIR=/tmp/metrics
RUN groupadd --gid 10001 portal && useradd --uid 10001 --gid 10001 --no-create-home portal \
    && install -d -m 700 -o portal -g portal /var/portal /var/portal/temporary /backup
WORKDIR /portal
COPY --from=build /venv /venv
COPY --from=build /portal /portal
USER 10001
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]
