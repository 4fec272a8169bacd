# shellcheck shell=bash disable=SC2154
# Tries the API's contract against a real process: `consigne demo`, a session that really signed in, and schemathesis,
# which reads the contract that the process serves. Sourced by tests/run.

contract_pid=
contract_address=

# Starts a demonstration on a free port; sets `contract_address`.
start_demo() {
    local program=$1 tries waited
    for ((tries = 0; tries < 5; tries++)); do
        contract_address="127.0.0.1:$(free_ports 1)" || return 1
        "$program" demo --listen "$contract_address" --data-dir "$(mktemp -d "$run_dir/demo.XXXXXX")/data" \
            </dev/null >>"$run_dir/demo.log" 2>&1 &
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

# try_contract WHAT [OPTION...]: one run; its report is in `$run_dir/contract-WHAT`.
try_contract() {
    local what=$1 status=0
    shift
    mkdir "$run_dir/contract-$what"
    (
        # Where schemathesis keeps what it wants to keep.
        cd "$run_dir/contract-$what" || exit 1
        NO_PROXY='*' no_proxy='*' PYTHONDONTWRITEBYTECODE=1 \
            PYTHONPATH="$repository/tests/contract" SCHEMATHESIS_HOOKS=parts schemathesis --config-file "$repository/tests/contract/schemathesis.toml" run \
            "http://$contract_address/api/openapi.json" --report har --report-dir reports "$@"
    ) </dev/null >"$run_dir/contract-$what.log" 2>&1 || status=$?
    printf 'contract, %s: ' "$what"
    if [ "$status" = 0 ]; then
        grep -E '[0-9]+ generated' "$run_dir/contract-$what.log" | tail -n 1
    else
        cat "$run_dir/contract-$what.log"
    fi
    return "$status"
}

# signs_in: as somebody invented, with a paper; exports what the configuration of schemathesis names.
signs_in() {
    local told
    told=$(python3 "$repository/tests/contract/sign_in.py" "$contract_address" angela) || return 1
    eval "$told"
    export CONSIGNE_ORIGIN="http://$contract_address"
}

# Signing in and out would end the session of the run, destroying its paper leaves nothing to read, closing its locker nothing
# to change: those come last, each by itself.
tried_signed_in() {
    signs_in &&
        try_contract signed-in --exclude-tag sign-in --exclude-operation-id destroy_document \
            --exclude-operation-id close_locker --exclude-operation-id reopen_locker \
            --exclude-operation-id end_session --exclude-operation-id end_other_sessions &&
        curl --silent --fail --noproxy '*' --output "$run_dir/contract.json" "http://$contract_address/api/openapi.json" &&
        python3 "$repository/tests/contract/reached.py" "$run_dir/contract.json" "$run_dir/contract-signed-in/reports" &&
        try_contract destroying --include-operation-id destroy_document &&
        try_contract closing --include-operation-id close_locker --include-operation-id reopen_locker &&
        try_contract leaving --include-operation-id end_session --include-operation-id end_other_sessions
}

# In a process of its own: after some hundred refusals all that one place is told is to wait.
tried_signed_out() {
    signs_in && CONSIGNE_SESSION=nobody try_contract signed-out
}

contract() {
    local program status=0 part
    cargo build --quiet --locked --features faults --bin consigne && install_wheel schemathesis || return 1
    program="$(cd "$target" && pwd)/debug/consigne"
    for part in tried_signed_in tried_signed_out; do
        start_demo "$program" || return 1
        "$part" || status=1
        kill -0 "$contract_pid" 2>/dev/null || {
            echo 'the process did not live through it' >&2
            status=1
        }
        stop_demo
    done
    unset CONSIGNE_SESSION CONSIGNE_LOCKER CONSIGNE_DOCUMENT CONSIGNE_VERSION CONSIGNE_ORIGIN
    # A panic is turned into an answer at the edge; the log still says it.
    if grep -n 'panicked at' "$run_dir/demo.log" >&2; then
        status=1
    fi
    return "$status"
}
