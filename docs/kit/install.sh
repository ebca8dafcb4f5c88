#!/bin/sh
# Install wiretutor from this folder, without a network: sh install.sh [FOLDER]
# FOLDER (default ~/wiretutor) gets a virtual environment; nothing else on the machine is changed.
set -eu
kit=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=${1:-$HOME/wiretutor}

python=
for name in python3 python3.13 python3.12 python3.11; do
  if command -v "$name" >/dev/null 2>&1 && "$name" -c '
import sys
sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'; then
    python=$name
    break
  fi
done
if [ -z "$python" ]; then
  echo "install.sh: no Python 3.11, 3.12 or 3.13 was found. Install python3, then try again." >&2
  exit 1
fi
if [ -e "$target" ] && [ ! -e "$target/pyvenv.cfg" ]; then
  echo "install.sh: $target is there already and is not wiretutor's. Name another folder:" >&2
  echo "  sh install.sh FOLDER" >&2
  exit 1
fi

# Debian's python3 comes without pip: the one in this folder does the work
"$python" -m venv --without-pip "$target"
pip=$(ls "$kit"/wheels/pip-*.whl | tail -1)
"$target/bin/python" "$pip/pip" install --quiet --disable-pip-version-check \
  --no-index --find-links "$kit/wheels" wiretutor

echo "wiretutor is installed. Start it with:"
echo "  $target/bin/wiretutor"
