# One image for all three processes; the argument says which: bot, worker, web-console (or all).
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
# ssh2's native ciphers take about 1.6 times less CPU per byte on the console than its fallback.
# Install scripts are denied everywhere, so this one is run by name; nodedir has the headers of this very Node.
RUN cd node_modules/ssh2/lib/protocol/crypto \
 && node "$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js" rebuild \
      --nodedir=/usr/local \
      --real_openssl_major="$(node -p 'process.versions.openssl.split(".")[0]')" \
 && node -e 'process.exit(require("../crypto.js").bindingAvailable ? 0 : 1)'
COPY . .
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY --from=build /app/node_modules/ssh2/lib/protocol/crypto/build/Release/sshcrypto.node \
                  node_modules/ssh2/lib/protocol/crypto/build/Release/sshcrypto.node

FROM ${NODE_IMAGE}
# A package manager has no business in production.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
# The worker pings by an unprivileged ICMP socket, where the host lets it. A copy has no capabilities of its own: with them
# the program would not even start in a Pod that may have none.
RUN apt-get update \
 && apt-get install -y --no-install-recommends iputils-ping \
 && cp /bin/ping /bin/ping.plain && chmod 0755 /bin/ping.plain && mv /bin/ping.plain /bin/ping \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# Numeric, so that Kubernetes can see that it is not root.
USER 1000:1000
# bot (HTTP mode), bot and worker health, web-console
EXPOSE 3000 3001 3002 8080
ENTRYPOINT ["node", "dist/bin/xepa.js"]
CMD ["all"]
