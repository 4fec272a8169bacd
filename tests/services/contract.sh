# shellcheck shell=bash disable=SC2154
# Tries the API's contract against a real process: `consigne demo`, a session that really signed in, and schemathesis,
# which reads the contract that the process serves. Sourced by tests/run.

contract_pid=

# Starts a demonstration on a free port; sets `contract_address`.
start_demo() {
    local program=$1 tries waited
    for ((tries = 0; tries < 5; tries++)); do
        contract_address="127.0.0.1:$(free_ports 1)" || return 1
        "$program" demo --listen "$contract_address" --data-dir "$run_dir/demo-$tries" \
            </dev/null >"$run_dir/demo.log" 2>&1 &
        contract_pid=$!
        for ((waited = 0; waited < 150; waited++)); do
            kill -0 "$contract_pid" 2>/dev/null || break
            if curl --silent --fail --noproxy '*' --max-time 5 --output /dev/null "http://$contract_address/readyz"; then
                return 0
            fi
            sleep 0.2
        done
        stop_demo
    done
    tail -n 20 "$run_dir/demo.log" >&2
    return 1
}

stop_demo() {
    [ -n "$contract_pid" ] || return 0
    kill "$contract_pid" 2>/dev/null
    wait "$contract_pid" 2>/dev/null
    contract_pid=
}

# try_contract WHAT [OPTION...]: one run over every operation.
try_contract() {
    local what=$1 status=0
    shift
    (
        # Where schemathesis keeps what it wants to keep.
        cd "$run_dir" || exit 1
        NO_PROXY='*' no_proxy='*' schemathesis --config-file "$repository/tests/contract/schemathesis.toml" run \
            "http://$contract_address/api/openapi.json" "$@"
    ) </dev/null >"$run_dir/contract-$what.log" 2>&1 || status=$?
    if [ "$status" = 0 ]; then
        printf 'contract, %s: ' "$what"
        grep -E 'generated' "$run_dir/contract-$what.log" | tail -n 1
    else
        cat "$run_dir/contract-$what.log"
    fi
    return "$status"
}

contract() {
    local program status=0 session
    program="$(cd "$target" && pwd)/debug/consigne"
    cargo build --quiet --locked --features faults --bin consigne && install_wheel schemathesis && start_demo "$program" ||
        return 1
    if session=$(python3 "$repository/tests/contract/sign_in.py" "$contract_address" angela); then
        eval "$session"
        export CONSIGNE_ORIGIN="http://$contract_address"
        try_contract signed-in || status=1
        CONSIGNE_SESSION=nobody try_contract signed-out || status=1
        kill -0 "$contract_pid" 2>/dev/null || {
            echo "the process did not live through it" >&2
            status=1
        }
    else
        status=1
    fi
    # What was tried may have ended in a panic that the edge turned into an answer.
    if grep -n 'panicked at' "$run_dir/demo.log" >&2; then
        status=1
    fi
    stop_demo
    unset CONSIGNE_SESSION CONSIGNE_LOCKER CONSIGNE_DOCUMENT CONSIGNE_VERSION CONSIGNE_ORIGIN
    return "$status"
}
