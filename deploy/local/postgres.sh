# Sourced by stack.sh: the stack's private PostgreSQL cluster, reached over TCP on loopback with a password.

postgres_bin() {
    local dir
    dir=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$dir" ] && { echo "$dir"; return; }
    dirname "$(command -v postgres)"
}

as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# The server refuses to run as root, so its files must lie where its own account can reach them.
postgres_directory() {
    if [ "$(id -u)" -eq 0 ] && ! runuser -u postgres -- test -x "$run"; then
        echo "/var/tmp/httvps-$(printf %s "$run" | sha256sum | cut -c1-12)"
    else
        echo "$run/postgres"
    fi
}

prepare_postgres() {
    local password_file
    pg_bin=$(postgres_bin)
    pg_dir=$(postgres_directory)
    if [ "$new_secrets" -eq 1 ]; then rm -rf "$pg_dir" "$run/seed" "$run/admin-token" "$run/gateway"; fi
    [ -s "$pg_dir/data/PG_VERSION" ] && return
    mkdir -p "$pg_dir"
    password_file="$pg_dir/password"
    printf '%s\n' "$HTTVPS_LOCAL_DB_PASSWORD" >"$password_file"
    chmod 700 "$pg_dir"
    [ "$(id -u)" -eq 0 ] && chown -R postgres: "$pg_dir"
    (cd / && as_postgres "$pg_bin/initdb" -D "$pg_dir/data" -U httvps -A scram-sha-256 --pwfile="$password_file" \
        -E UTF8 --locale=C.UTF-8 --no-instructions >>"$run/log/postgres.log" 2>&1)
    rm -f "$password_file"
}

run_postgres() {
    cd /
    if [ "$(id -u)" -eq 0 ]; then
        exec setsid setpriv --reuid postgres --regid postgres --init-groups "$@"
    else
        exec setsid "$@"
    fi
}

start_postgres() {
    supervise postgres run_postgres "$pg_bin/postgres" -D "$pg_dir/data" -h 127.0.0.1 -p "$postgres_port" -k '' \
        -c max_connections=100 -c shared_buffers=64MB
    wait_for_port postgres "$postgres_port"
    local tries=0
    until PGPASSWORD=$HTTVPS_LOCAL_DB_PASSWORD psql -qXtA -h 127.0.0.1 -p "$postgres_port" -U httvps -d postgres \
        -c 'select 1' >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { echo "PostgreSQL does not answer" >&2; return 1; }
        sleep 0.1
    done
    PGPASSWORD=$HTTVPS_LOCAL_DB_PASSWORD psql -qXtA -h 127.0.0.1 -p "$postgres_port" -U httvps -d postgres \
        -c "select 1 from pg_database where datname = 'httvps'" | grep -qx 1 ||
        PGPASSWORD=$HTTVPS_LOCAL_DB_PASSWORD psql -qX -h 127.0.0.1 -p "$postgres_port" -U httvps -d postgres \
            -c 'create database httvps'
}
