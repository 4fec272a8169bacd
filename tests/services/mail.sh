# shellcheck shell=bash disable=SC2154
# A throwaway mail server on loopback: Python's aiosmtpd, which keeps what it gets in files. Sourced by tests/run.

mail_pid=

# Makes a certificate for localhost, and the authority that it is trusted by: both for this run alone.
make_mail_certificate() {
    local of="$run_dir/mail-tls" ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    mkdir -p "$of"
    # shellcheck disable=SC2086
    openssl req -x509 $ec -keyout "$of/authority.key" -out "$of/authority.pem" -days 2 -subj "/CN=Tests" \
        -addext "keyUsage=critical,keyCertSign" >"$of/log" 2>&1 || return 1
    # shellcheck disable=SC2086
    openssl req -new $ec -keyout "$of/mail.key" -out "$of/mail.csr" -subj "/CN=localhost" >>"$of/log" 2>&1 || return 1
    printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n' >"$of/mail.ext"
    openssl x509 -req -in "$of/mail.csr" -CA "$of/authority.pem" -CAkey "$of/authority.key" -CAcreateserial -days 2 \
        -extfile "$of/mail.ext" -out "$of/mail.pem" >>"$of/log" 2>&1
}

# Starts it, waits until it answers, exports CONSIGNE_TEST_SMTP (its port), CONSIGNE_TEST_SMTP_STARTTLS and CONSIGNE_TEST_SMTP_TLS (those
# with TLS), CONSIGNE_TEST_MAIL_AUTHORITY (who vouches for its certificate) and CONSIGNE_TEST_MAIL (its folder).
start_mail() {
    local tries waited port
    CONSIGNE_TEST_MAIL="$run_dir/mail"
    mkdir -p "$CONSIGNE_TEST_MAIL"
    make_mail_certificate || { cat "$run_dir/mail-tls/log" >&2; return 1; }
    for ((tries = 0; tries < 3; tries++)); do
        port=$(free_ports 3) || return 1
        "$tools/aiosmtpd/bin/python" "$services/mail/sink.py" "$port" "$CONSIGNE_TEST_MAIL" "$((port + 1))" "$((port + 2))" \
            "$run_dir/mail-tls/mail.pem" "$run_dir/mail-tls/mail.key" </dev/null >"$run_dir/mail.log" 2>&1 &
        mail_pid=$!
        for ((waited = 0; waited < 100; waited++)); do
            kill -0 "$mail_pid" 2>/dev/null || break
            if (exec 3<>"/dev/tcp/127.0.0.1/$((port + 2))") 2>/dev/null; then
                export CONSIGNE_TEST_MAIL CONSIGNE_TEST_SMTP="$port" CONSIGNE_TEST_SMTP_STARTTLS="$((port + 1))"
                export CONSIGNE_TEST_SMTP_TLS="$((port + 2))" CONSIGNE_TEST_MAIL_AUTHORITY="$run_dir/mail-tls/authority.pem"
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
