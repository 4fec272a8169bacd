# shellcheck shell=bash
# Free loopback ports and random words. Sourced by tests/run.

port_is_free() {
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# free_ports N: prints the first of N consecutive ports which are free, and whose twins 10,000 higher are too.
# All lie below the range that outgoing connections draw from. Another program may still take one before we do:
# whoever starts a server tries again with other ports.
free_ports() {
    local tries base port
    for ((tries = 0; tries < 50; tries++)); do
        base=$((11000 + RANDOM % 11000))
        for ((port = base; port < base + $1; port++)); do
            if ! port_is_free "$port" || ! port_is_free $((port + 10000)); then
                continue 2
            fi
        done
        echo "$base"
        return 0
    done
    echo "tests/run: no free ports between 11000 and 22000" >&2
    return 1
}

# 32 hexadecimal digits, for the passwords of throwaway servers.
random_hex() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}
