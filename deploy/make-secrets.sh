#!/bin/sh
# Makes the secrets, a file each, in secrets/ as docker-compose.yml mounts them; those that are there already stay.
# Other users of this machine are kept out by the folder; each file may be read within the containers that get it.
#
#   sh deploy/make-secrets.sh [FOLDER [DATABASE_HOST]]     elsewhere, and for a database of yours (docs/installing.md)
set -eu
folder=${1:-$(dirname "$0")/../secrets}
database=${2:-db}
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

# Usage: keep NAME VALUE
keep() {
    [ -s "$1" ] && return
    printf '%s' "$2" > "$1"
    chmod 644 "$1"
}

make_password() {
    od -An -tx1 -N32 /dev/urandom | tr -d ' \n'
}

keep secret_key "$(make_password)"
keep registry_signing_key "$(head -c 32 /dev/urandom | base64)"
keep s3_rpc_secret "$(make_password)"
keep owner_password "$(make_password)"
keep application_password "$(make_password)"
keep database_owner_url "postgres://portal:$(cat owner_password)@$database:5432/portal"
keep database_url "postgres://portal_app:$(cat application_password)@$database:5432/portal"
for name in email_url inbox_url s3_key s3_secret; do
    keep "$name" ""
done

if [ ! -s email_url ]; then
    echo "Write the address of the server that sends mail into $folder/email_url, such as" >&2
    echo "smtp+tls://user:password@mail.example.org:587. The portal does not start without it." >&2
fi
echo "Keep a copy of registry_signing_key and secret_key apart from this machine and its backups." >&2
