#!/bin/sh
# Unpack the wheels of the lock for ARCHITECTURE and Python VERSION into FOLDER/environment. Conditions in
# the lock are judged by the Python that runs pip: PIP_PYTHON, of the same side of 3.12 as VERSION.
set -eu
folder=$1 architecture=$2 version=$3
lock=$(cd "$(dirname "$0")/../.." && pwd)/requirements.lock
mkdir -p "$folder/environment/bin"
for level in 2_17 2014 2_24 2_26 2_27 2_28; do
  case $level in 2014) name=manylinux2014 ;; *) name=manylinux_$level ;; esac
  set -- "$@" --platform "${name}_$architecture"
done
shift 3
"${PIP_PYTHON:-python3}" -m pip install --quiet "$@" --python-version "$version" --implementation cp \
  --only-binary :all: --no-deps --require-hashes --target "$folder/environment/lib/python$version/site-packages" -r "$lock"
{
  echo "home = $folder/system/usr/bin"
  echo "include-system-site-packages = false"
  echo "version = $version"
} >"$folder/environment/pyvenv.cfg"
