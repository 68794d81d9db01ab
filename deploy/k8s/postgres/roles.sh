#!/usr/bin/env bash
# Run once by the PostgreSQL image (here and in docker-compose.yml) on an empty volume: an owner for the tables, and a login that owns nothing.
set -euo pipefail
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv owner_password HTTVPS_DB_OWNER_PASSWORD
\getenv app_password HTTVPS_DB_PASSWORD
CREATE ROLE httvps_app NOLOGIN;
CREATE ROLE httvps_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE httvps LOGIN PASSWORD :'app_password' IN ROLE httvps_app;
GRANT httvps_app TO httvps_owner;
CREATE DATABASE httvps OWNER httvps_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE httvps FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE httvps TO httvps_app;
GRANT CONNECT ON DATABASE httvps TO httvps;
SQL
