# shellcheck shell=bash disable=SC2154
# A throwaway S3 store on loopback: SeaweedFS, whose conditional writes are atomic. Sourced by tests/run.

seaweedfs_pid=
seaweedfs_base=

# s3_request METHOD PATH [CURL OPTION...]: a signed request to the store, its status on standard output.
s3_request() {
    local method=$1 path=$2
    shift 2
    curl --silent --max-time 5 --request "$method" --output /dev/null --write-out '%{http_code}' \
        --aws-sigv4 aws:amz:us-east-1:s3 --user "$CONSIGNE_TEST_S3_ACCESS_KEY:$CONSIGNE_TEST_S3_SECRET_KEY" \
        --header 'x-amz-content-sha256: UNSIGNED-PAYLOAD' --noproxy '*' "$@" \
        "$CONSIGNE_TEST_S3_ENDPOINT/$CONSIGNE_TEST_S3_BUCKET/$path"
}

# Ready is when an object can be written: the store's own health page says yes too early.
seaweedfs_is_ready() {
    [ "$(s3_request PUT consigne-ready --data-binary ready)" = 200 ] &&
        [ "$(s3_request DELETE consigne-ready)" = 204 ]
}

# Starts the store, waits until an object can be written, exports CONSIGNE_TEST_S3_*.
start_seaweedfs() {
    local program folder tries waited base
    program=$(readlink -f "$tools/bin/weed")
    export CONSIGNE_TEST_S3_BUCKET=consigne CONSIGNE_TEST_S3_ACCESS_KEY CONSIGNE_TEST_S3_SECRET_KEY
    CONSIGNE_TEST_S3_ACCESS_KEY=$(random_hex)
    CONSIGNE_TEST_S3_SECRET_KEY=$(random_hex)

    for ((tries = 0; tries < 3; tries++)); do
        folder="$run_dir/seaweedfs-$tries"
        mkdir "$folder"
        # Five servers in one process; each also takes the port 10,000 higher, and the admin one listens even unused.
        base=$(free_ports 5) || return 1
        seaweedfs_base=$base
        export CONSIGNE_TEST_S3_ENDPOINT="http://127.0.0.1:$base"
        (
            cd "$folder" || exit 1
            exec env -i PATH="$PATH" HOME="$folder" TMPDIR="$folder" WEED_S3_SSE_KEY="$(random_hex)" \
                AWS_ACCESS_KEY_ID="$CONSIGNE_TEST_S3_ACCESS_KEY" AWS_SECRET_ACCESS_KEY="$CONSIGNE_TEST_S3_SECRET_KEY" \
                "$program" mini -dir="$folder" -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.telemetry=false \
                -s3.port="$base" -master.port=$((base + 1)) -volume.port=$((base + 2)) -filer.port=$((base + 3)) \
                -admin.port=$((base + 4)) -admin.ui=false -webdav=false -s3.port.iceberg=0 -s3.port.lance=0 \
                -bucket="$CONSIGNE_TEST_S3_BUCKET"
        ) </dev/null >"$folder/server.log" 2>&1 &
        seaweedfs_pid=$!
        for ((waited = 0; waited < 100; waited++)); do
            kill -0 "$seaweedfs_pid" 2>/dev/null || break
            if seaweedfs_is_ready; then
                return 0
            fi
            sleep 0.2
        done
        stop_seaweedfs
    done
    tail -n 20 "$folder/server.log" >&2
    return 1
}

# SIGTERM takes it seconds, and there is nothing to save; but killed, it leaves its sockets in /tmp.
stop_seaweedfs() {
    local port
    [ -n "$seaweedfs_pid" ] || return 0
    kill -KILL "$seaweedfs_pid" 2>/dev/null
    wait "$seaweedfs_pid" 2>/dev/null
    for ((port = seaweedfs_base; port < seaweedfs_base + 5; port++)); do
        rm -f /tmp/seaweedfs-*-"$port".sock /tmp/seaweedfs-*-"$((port + 10000))".sock
    done
    seaweedfs_pid=
}
