#!/bin/sh
# Restarts the two web servers of this machine one after the other, without a request that fails. For root; needs nft.
# Each refuses new connections, so that the proxy asks the other one, ends what is under way, restarts and answers.
set -eu
seconds_to_finish=130      # more than LONG_REQUEST_SECONDS
seconds_to_be_found_again=6 # the proxy passes over a server that refused for 5 seconds

open_all() {
    nft delete table inet portal_restart 2> /dev/null || true
}

# Usage: close_node NUMBER. Connections that there are go on.
close_node() {
    nft --file - <<END
table inet portal_restart {
    chain input {
        type filter hook input priority -10;
        tcp dport 800$1 tcp flags & (syn | ack) == syn reject with tcp reset
    }
}
END
}

is_busy() {
    ss --no-header --tcp --numeric state established "( sport = :800$1 )" | grep -q .
}

trap open_all EXIT
for node in 1 2; do
    close_node "$node"
    waited=0
    while is_busy "$node" && [ "$waited" -lt "$seconds_to_finish" ]; do
        sleep 1
        waited=$((waited + 1))
    done
    systemctl stop "portal-web@$node"
    open_all
    if ! systemctl start "portal-web@$node"; then
        echo "portal-web@$node does not start: see journalctl --unit portal-web@$node. The other one serves as before." >&2
        echo "Back out as docs/upgrading.md says." >&2
        exit 1
    fi
    sleep "$seconds_to_be_found_again"
done
