# say-serve --http in a container: no sound device, no NVIDIA libraries, an unprivileged user. docs/http.md, "In a container".

FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/say
WORKDIR /source
# torch first: it is large, and changes less often than the rest. For a card, another index: README.md, "Which torch".
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY constraints.txt ./
RUN /opt/say/bin/pip install --constraint constraints.txt --index-url "$TORCH_INDEX" --extra-index-url https://pypi.org/simple torch
COPY LICENSE README.md pyproject.toml ./
COPY common ./common
COPY model_server ./model_server
COPY say ./say
COPY voice_server ./voice_server
RUN /opt/say/bin/pip install --constraint constraints.txt '.[http]'

FROM python:3.12-slim-bookworm
# Numbers outside of what hosts give to their own users. Both folders are volumes: what is there outlives the container.
RUN groupadd --gid 10001 say \
    && useradd --uid 10001 --gid say --no-create-home --home-dir /var/lib/say --shell /usr/sbin/nologin say \
    && install --directory --owner say --group say --mode 0700 /var/lib/say /models
COPY --from=build /opt/say /opt/say
# SAY_HOME holds jobs, their sound, config.toml and pronunciations.txt; HF_HOME the model and its voices.
ENV PATH=/opt/say/bin:$PATH SAY_HOME=/var/lib/say HF_HOME=/models
VOLUME ["/var/lib/say", "/models"]
USER 10001:10001
WORKDIR /var/lib/say
EXPOSE 8880
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8880/healthz', timeout=4)"]
# Beyond loopback say-serve refuses to start without a token, so there must be one: it is read from this file.
ENTRYPOINT ["say-serve", "--http", "--http-host", "0.0.0.0", "--http-port", "8880", "--http-token-file", "/run/secrets/say_token"]
