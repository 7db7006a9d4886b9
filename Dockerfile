# syntax=docker/dockerfile:1.7
# One image with the server (the portal inside), the exporter and the simulator:
#   docker build -t cineportal .
# What is slow depends on little: the portal on its own code, the programs' libraries on the manifests.

FROM node:22.14.0-bookworm-slim AS node

# ---- Rust, Node, and what plans the layers ----------------------------------------------------------
FROM rust:1.95.0-bookworm AS rust
WORKDIR /src
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && rustup target add wasm32-unknown-unknown \
    && cargo install cargo-chef --version 0.1.71 --locked

FROM rust AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

# ---- The portal, as `cargo xtask` builds it ----------------------------------------------------------
# Cargo wants to see all crates before it builds one, so the others are there without their code.
FROM rust AS portal
ENV XDG_CACHE_HOME=/cache
COPY Cargo.toml Cargo.lock clippy.toml trunk.toml ./
COPY .cargo .cargo
COPY regions/Cargo.toml regions/
COPY fleet/Cargo.toml fleet/
COPY metrics/Cargo.toml metrics/
COPY server/Cargo.toml server/
COPY exporter/Cargo.toml exporter/
RUN for crate in regions fleet metrics server exporter; do \
      mkdir -p "$crate/src/bin" && touch "$crate/src/lib.rs" "$crate/src/main.rs" "$crate/src/bin/cine-cloud-sim.rs"; \
    done
COPY xtask xtask
COPY schema schema
COPY portal portal
# Tools and the portal's libraries stay with the builder, so that only the first build takes long.
RUN --mount=type=cache,id=cineportal-portal,target=/cache,sharing=locked cargo xtask portal

# ---- The programs --------------------------------------------------------------------------------------
FROM rust AS programs
ENV CARGO_PROFILE_RELEASE_STRIP=debuginfo
COPY --from=plan /src/recipe.json recipe.json
RUN cargo chef cook --release --locked --package cineportal --package cine-exporter --recipe-path recipe.json
COPY . .
COPY --from=portal /src/portal/dist portal/dist
RUN cargo build --release --locked --package cineportal --package cine-exporter --bins

# ---- What runs -------------------------------------------------------------------------------------------
FROM debian:12.11-slim
# Certificates, to trust mail servers, chats and upstreams.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 /var/lib/cineportal
COPY --from=programs /src/target/release/cineportal /src/target/release/cine-exporter /src/target/release/cine-cloud-sim /usr/local/bin/
COPY regions/*.toml /etc/cineportal/regions/
COPY LICENSE /usr/share/doc/cineportal/
ENV CINEPORTAL_REGIONS=/etc/cineportal/regions
WORKDIR /var/lib/cineportal
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["cineportal"]
CMD ["serve"]
