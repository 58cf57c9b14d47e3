#!/bin/bash
# Run once, when the cluster is made: the owner of the tables, and the role that serves people and owns nothing.
set -euo pipefail
owner_password=$(cat /run/secrets/db_owner_password)
app_password=$(cat /run/secrets/db_app_password)
psql --username postgres --set ON_ERROR_STOP=1 --set owner_password="$owner_password" --set app_password="$app_password" <<'SQL'
CREATE ROLE motcua_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE motcua_app LOGIN PASSWORD :'app_password';
CREATE DATABASE motcua OWNER motcua_owner;
REVOKE ALL ON DATABASE motcua FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE motcua TO motcua_app;
SQL
