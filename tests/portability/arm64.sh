#!/bin/sh
# An interpreter for 64-bit ARM in FOLDER, emulated: Debian's Python 3.11 and the wheels of the lock.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && folder=$(cd "$1" && pwd)
sh "$here/debian.sh" "$folder" bookworm arm64 3.11 libssl3 libreadline8
sh "$here/wheels.sh" "$folder" aarch64 3.11
cat >"$folder/environment/bin/python" <<END
#!/bin/sh
exec qemu-aarch64-static -cpu "\${ARM_CPU:-neoverse-n1}" -L "$folder/system" \\
  -0 "$folder/environment/bin/python" "$folder/system/usr/bin/python3.11" "\$@"
END
chmod +x "$folder/environment/bin/python"
"$folder/environment/bin/python" -c "import platform, numpy; print(platform.machine(), numpy.__version__)"
