# shellcheck shell=bash disable=SC2154
# A throwaway clamd on loopback, with a database of two signatures made here: the test string that every scanner knows is built as the
# program runs, and is written whole in no file of the repository. Sourced by tests/run.

clamd_pid=

# Largest content that it takes: small, so that a test can pass it.
readonly CLAMD_LARGEST=6291456

# The string, in parts.
eicar() {
    printf '%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$' 'EICAR-STANDARD-' 'ANTIVIRUS-TEST-' 'FILE!$H+H*'
}

# By its sum where it stands alone, by its bytes wherever it stands.
make_clamd_database() {
    mkdir -p "$1" || return 1
    printf '%s:%s:Test-Alone\n' "$(eicar | md5sum | cut -d ' ' -f 1)" "$(eicar | wc -c)" >"$1/test.hdb"
    printf 'Test-Within:0:*:%s\n' "$(eicar | od -An -tx1 | tr -d ' \n')" >"$1/test.ndb"
}

# Starts it, waits until it answers, exports CONSIGNE_TEST_CLAMD (its port), CONSIGNE_TEST_CLAMD_SOCKET (its socket) and
# CONSIGNE_TEST_CLAMD_LARGEST (bytes that it takes).
start_clamd() {
    local tries waited port of="$run_dir/clamd"
    make_clamd_database "$of/database" || return 1
    chmod 755 "$of" "$of/database" && chmod 644 "$of"/database/* || return 1
    for ((tries = 0; tries < 3; tries++)); do
        port=$(free_ports 1) || return 1
        cat >"$of/clamd.conf" <<TEXT
Foreground yes
DatabaseDirectory $of/database
TemporaryDirectory $of
TCPAddr 127.0.0.1
TCPSocket $port
LocalSocket $of/clamd.ctl
FixStaleSocket yes
StreamMaxLength $CLAMD_LARGEST
SelfCheck 0
$([ "$(id -u)" != 0 ] || echo 'User root')
TEXT
        PATH="$PATH:/usr/sbin" clamd --config-file="$of/clamd.conf" </dev/null >"$of/log" 2>&1 &
        clamd_pid=$!
        for ((waited = 0; waited < 100; waited++)); do
            kill -0 "$clamd_pid" 2>/dev/null || break
            if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
                export CONSIGNE_TEST_CLAMD="$port" CONSIGNE_TEST_CLAMD_SOCKET="$of/clamd.ctl"
                export CONSIGNE_TEST_CLAMD_LARGEST="$CLAMD_LARGEST"
                return 0
            fi
            sleep 0.1
        done
        stop_clamd
    done
    tail -n 20 "$of/log" >&2
    return 1
}

stop_clamd() {
    [ -n "$clamd_pid" ] || return 0
    kill -TERM "$clamd_pid" 2>/dev/null
    wait "$clamd_pid" 2>/dev/null
    clamd_pid=
}
