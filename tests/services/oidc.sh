# shellcheck shell=bash disable=SC2154
# Throwaway identity providers on loopback: npm's oidc-provider in FranceConnect's shape or ProConnect's. Sourced by tests/run.

oidc_pid=

# Brings the packages that services/oidc names, at the versions of its lock file; kept between runs.
install_oidc() {
    local folder="$tools/oidc" file changed=
    mkdir -p "$folder"
    for file in package.json package-lock.json; do
        cmp -s "$services/oidc/$file" "$folder/installed-$file" || changed=1
    done
    if [ -n "$changed" ] || [ ! -d "$folder/node_modules/oidc-provider" ]; then
        echo 'installing oidc-provider'
        cp "$services/oidc/package.json" "$services/oidc/package-lock.json" "$folder/"
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) </dev/null >"$run_dir/npm.log" 2>&1 || {
            tail -n 10 "$run_dir/npm.log" >&2
            return 1
        }
        for file in package.json package-lock.json; do
            cp "$services/oidc/$file" "$folder/installed-$file"
        done
    fi
    cp "$services/oidc/issuer.mjs" "$folder/"
}

# Starts the providers' one process, waits until it answers, exports CONSIGNE_TEST_OIDC.
start_oidc() {
    local tries waited port
    for ((tries = 0; tries < 3; tries++)); do
        port=$(free_ports 1) || return 1
        (
            cd "$tools/oidc" || exit 1
            exec env -i PATH="$PATH" HOME="$run_dir" node issuer.mjs "$port"
        ) </dev/null >"$run_dir/oidc.log" 2>&1 &
        oidc_pid=$!
        for ((waited = 0; waited < 150; waited++)); do
            kill -0 "$oidc_pid" 2>/dev/null || break
            if curl --silent --fail --max-time 2 --noproxy '*' "http://127.0.0.1:$port/control/ready" >/dev/null; then
                export CONSIGNE_TEST_OIDC="http://127.0.0.1:$port"
                return 0
            fi
            sleep 0.2
        done
        stop_oidc
    done
    tail -n 20 "$run_dir/oidc.log" >&2
    return 1
}

stop_oidc() {
    [ -n "$oidc_pid" ] || return 0
    kill -TERM "$oidc_pid" 2>/dev/null
    wait "$oidc_pid" 2>/dev/null
    oidc_pid=
}
