# One image for web, worker, beat and commands; docker-compose.yml says which is which.

FROM python:3.13-slim AS build
WORKDIR /app
COPY . .
# The same set-up as on a developer's machine makes translations and static files;
# the final image then takes what it needs and nothing of the tools.
RUN python -m bootstrap demo && rm -rf .venv node_modules var/setup
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps \
        -r requirements/runtime.txt

FROM python:3.13-slim
# For `manage.py backup` and `restore`: at least as new as the server.
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 1000 --create-home rollout \
    && install -d -o rollout -g rollout /srv/rollout /srv/rollout/media
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    MEDIA_ROOT=/srv/rollout/media \
    VAR_DIR=/srv/rollout/var \
    BEAT_ALIVE_FILE=/tmp/rollout-beat-alive
USER rollout
EXPOSE 8000
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
