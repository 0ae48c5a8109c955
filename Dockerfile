# syntax=docker/dockerfile:1
# Huddle in a container: `docker build -t huddle .`. The dashboard is inside the binary.
FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM rust:1.95-slim-bookworm AS server
WORKDIR /src
COPY . .
COPY --from=web /src/web/dist web/dist
RUN cargo build --locked --release --package api --bin huddle && mkdir /data

# libc and the certificates to trust; nobody but a numbered user.
FROM debian:bookworm-slim
COPY --from=server /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=server /src/target/release/huddle /usr/local/bin/huddle
# For SQLite; with PostgreSQL nothing is written and no volume is needed. The root file system may be read-only.
COPY --from=server --chown=65532:65532 /data /data
USER 65532:65532
WORKDIR /data
VOLUME /data
ENV HUDDLE_LISTEN=0.0.0.0:8080 \
    HUDDLE_DATABASE_URL=sqlite:///data/huddle.db?mode=rwc \
    HUDDLE_LOG_FORMAT=json
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/usr/local/bin/huddle", "health"]
ENTRYPOINT ["/usr/local/bin/huddle"]
CMD ["serve"]
