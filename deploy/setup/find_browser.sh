#!/usr/bin/env bash
# The tests drive a real Chromium and look at Chinese pages: installs both where that is possible, else says what to do.
# Chromium without its windows (Debian's chromium-headless-shell) draws the same pages with half the work.
set -euo pipefail

has_browser() { command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_chinese() { ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]; }
installed() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" fonts-noto-cjk fontconfig >/dev/null; }

if has_browser >/dev/null && has_chinese; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and a Chinese font for the browser tests (once) ..."
    apt-get update -qq
    if has_browser >/dev/null; then
        installed
    else
        installed chromium-headless-shell 2>/dev/null || installed chromium
    fi
else
    echo "The browser tests need Chromium and a Chinese font: sudo apt install chromium fonts-noto-cjk fontconfig" >&2
    exit 2
fi
