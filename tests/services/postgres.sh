# shellcheck shell=bash disable=SC2154
# A throwaway PostgreSQL on loopback. Sourced by tests/run.
#
# fsync and full_page_writes are off, as the data needs to survive nothing; synchronous_commit stays on, as Consigne
# refuses to run without it. `postgres_settings` says otherwise: benches/run measures with fsync on.

postgres_data=
postgres_programs=

# PostgreSQL refuses root, and wants a working folder it may enter.
as_postgres() (
    cd "$run_dir/postgres" || exit 1
    if [ "$(id -u)" = 0 ]; then
        exec runuser -u postgres -- env -i PATH="$PATH" LC_ALL=C.UTF-8 "$@"
    else
        exec env -i PATH="$PATH" LC_ALL=C.UTF-8 "$@"
    fi
)

# Starts the server, waits until it answers a query, exports CONSIGNE_TEST_POSTGRES.
start_postgres() {
    local folder="$run_dir/postgres" password port tries url
    postgres_programs=$(postgres_bin)
    [ -n "$postgres_programs" ] || {
        echo "tests/run: PostgreSQL's server programs are missing" >&2
        return 1
    }
    password=$(random_hex)
    mkdir "$folder"
    (umask 077 && printf '%s' "$password" >"$folder/password")
    if [ "$(id -u)" = 0 ]; then
        chown -R postgres "$folder"
    fi
    as_postgres "$postgres_programs/initdb" -D "$folder/data" -U consigne --pwfile="$folder/password" \
        -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || {
        tail -n 20 "$folder/initdb.log" >&2
        return 1
    }

    for ((tries = 0; tries < 5; tries++)); do
        port=$(free_ports 1) || return 1
        if as_postgres "$postgres_programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 \
            -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='' -c max_connections=200" \
            -o "${postgres_settings:--c fsync=off -c full_page_writes=off}" start >"$folder/start.log" 2>&1 </dev/null; then
            postgres_data="$folder/data"
            url="postgres://consigne:$password@127.0.0.1:$port"
            if PGCONNECT_TIMEOUT=10 psql -X -q -w "$url/postgres" -c 'SELECT 1' >/dev/null; then
                export CONSIGNE_TEST_POSTGRES="$url"
                return 0
            fi
            stop_postgres
        fi
    done
    tail -n 20 "$folder/start.log" "$folder/server.log" >&2
    return 1
}

stop_postgres() {
    [ -n "$postgres_data" ] || return 0
    as_postgres "$postgres_programs/pg_ctl" -D "$postgres_data" -m immediate -w -t 30 stop >/dev/null 2>&1 </dev/null ||
        echo "tests/run: PostgreSQL did not stop" >&2
    postgres_data=
}
