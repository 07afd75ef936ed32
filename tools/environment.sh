#!/bin/sh
# Make the environment in folder $1 and install requirements.txt there, with the Python $2 if it is given.
# Says in one line what is missing. Called by the Makefile, which writes the stamp $1/.installed afterwards.
set -eu
venv=$1
wanted=${2:-}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

case $(uname -s) in
    Darwin) get_python="brew install python"; get_venv="brew reinstall python" ;;
    *)      get_python="apt install python3 python3-venv"; get_venv="apt install python3-venv" ;;
esac

python= found=
for candidate in ${wanted:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if is_new_enough "$candidate"; then python=$candidate; break; fi
    [ -n "$found" ] || found=$(version_of "$candidate" || true)
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed (found ${found:-none}${wanted:+ under the name $wanted}): $get_python" >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    echo "This Python ($(version_of "$python")) cannot make environments, its module venv is missing: $get_venv" >&2
    exit 1
fi

# Without its stamp an existing environment is half made, unless only the lock has changed since.
if [ -d "$venv" ] && { [ ! -e "$venv/.installed" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; }; then
    rm -rf "$venv"
fi
if [ ! -d "$venv" ]; then
    echo "Making the environment $venv with Python $(version_of "$python") ..."
    "$python" -m venv "$venv"
fi
rm -f "$venv/.installed"
echo "Installing requirements.txt (the first time takes some minutes, PyTorch is large) ..."
# pip would compile every file; Python compiles what is imported, when it is.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.txt
