# shellcheck shell=bash disable=SC2154
# A throwaway mail server on loopback: Python's aiosmtpd, which keeps what it gets in files. Sourced by tests/run.

mail_pid=

# Starts it, waits until it answers, exports CONSIGNE_TEST_SMTP (its port) and CONSIGNE_TEST_MAIL (its folder).
start_mail() {
    local tries waited port
    CONSIGNE_TEST_MAIL="$run_dir/mail"
    mkdir -p "$CONSIGNE_TEST_MAIL"
    for ((tries = 0; tries < 3; tries++)); do
        port=$(free_ports 1) || return 1
        "$tools/aiosmtpd/bin/python" "$services/mail/sink.py" "$port" "$CONSIGNE_TEST_MAIL" \
            </dev/null >"$run_dir/mail.log" 2>&1 &
        mail_pid=$!
        for ((waited = 0; waited < 100; waited++)); do
            kill -0 "$mail_pid" 2>/dev/null || break
            if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
                export CONSIGNE_TEST_MAIL CONSIGNE_TEST_SMTP="$port"
                return 0
            fi
            sleep 0.1
        done
        stop_mail
    done
    tail -n 20 "$run_dir/mail.log" >&2
    return 1
}

stop_mail() {
    [ -n "$mail_pid" ] || return 0
    kill -TERM "$mail_pid" 2>/dev/null
    wait "$mail_pid" 2>/dev/null
    mail_pid=
}
