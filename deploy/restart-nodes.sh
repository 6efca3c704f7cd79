#!/bin/sh
# Restarts the two web servers of this machine one after the other, behind nginx, without a request that fails.
# For root. Each is taken out of nginx's list, has ended what was under way, restarts, answers, and is put back.
set -eu
configuration=/etc/nginx/nginx.conf
seconds_to_finish=130 # more than LONG_REQUEST_SECONDS

# Usage: list_node NUMBER down|up
list_node() {
    sed -i "s/server 127\.0\.0\.1:800$1 down /server 127.0.0.1:800$1 /" "$configuration"
    if [ "$2" = down ]; then
        sed -i "s/server 127\.0\.0\.1:800$1 /&down /" "$configuration"
    fi
    nginx -t -q
    systemctl reload nginx
}

# What a server still answers, by the connections that it has. nginx keeps none open.
is_busy() {
    ss --no-header --tcp --numeric state established "( sport = :800$1 )" | grep -q .
}

for node in 1 2; do
    list_node "$node" down
    sleep 2 # nginx's former processes take no new requests from now on
    waited=2
    while is_busy "$node" && [ "$waited" -lt "$seconds_to_finish" ]; do
        sleep 1
        waited=$((waited + 1))
    done
    if ! systemctl restart "portal-web@$node"; then
        echo "portal-web@$node does not start: see journalctl --unit portal-web@$node. It is left out of nginx's list;" >&2
        echo "the other one serves. Back out as docs/upgrading.md says, and run this again." >&2
        exit 1
    fi
    list_node "$node" up
done
