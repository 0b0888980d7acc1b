#!/usr/bin/env bash
# Makes .venv with the newest Python from 3.11 up that this machine has.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer is needed and was not found: install it, or name it: make PYTHON=/path/to/python3" >&2
    exit 2
}

python=$(find_python)
said=$(mktemp)
echo "Making .venv with $("$python" --version) ..."
if ! "$python" -m venv --clear .venv 2>"$said"; then
    # Debian ships venv without pip in a package of its own.
    package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
        "$python" -m venv --clear .venv
    else
        cat "$said" >&2
        echo "A virtual environment could not be made: install $package (apt install $package), then try again." >&2
        exit 2
    fi
fi
rm -f "$said"
