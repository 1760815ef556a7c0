#!/bin/sh
# A newer Python of Debian's sid in FOLDER, with its own C library, on this x86-64 processor.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && folder=$(cd "$1" && pwd)
sh "$here/debian.sh" "$folder" sid amd64 "$2" libssl3t64 libreadline8t64 libzstd1
sh "$here/wheels.sh" "$folder" x86_64 "$2"
libraries="$folder/system/usr/lib/x86_64-linux-gnu"
cat >"$folder/environment/bin/python" <<END
#!/bin/sh
exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" \\
  --argv0 "$folder/environment/bin/python" "$folder/system/usr/bin/python$2" "\$@"
END
chmod +x "$folder/environment/bin/python"
"$folder/environment/bin/python" -c "import platform, numpy; print(platform.python_version(), platform.libc_ver())"
