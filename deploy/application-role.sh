#!/bin/sh
# Runs once, when the database is made: the role that the site runs as. It owns nothing; `migrate` lets it use the tables.
set -eu
APPLICATION_PASSWORD=$(cat /run/secrets/application_password)
export APPLICATION_PASSWORD
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv password APPLICATION_PASSWORD
CREATE ROLE portal_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SQL
