#!/bin/sh
# An interpreter in FOLDER that runs PYTHON, which has the packages, on an emulated x86-64 processor of 2008.
set -eu
mkdir -p "$1/environment/bin" && folder=$(cd "$1" && pwd)
real=$("$2" -c "import sys; print(sys._base_executable)")
home=$("$2" -c "import sys; print(sys.prefix)")
ln -sfn "$home/lib" "$folder/environment/lib"
cp "$home/pyvenv.cfg" "$folder/environment/pyvenv.cfg"
# The children of an emulated process start on the bare processor unless they are started by this file.
cat >"$folder/environment/bin/python" <<END
#!/bin/sh
exec qemu-x86_64-static -cpu "\${X86_CPU:-Nehalem}" -0 "$folder/environment/bin/python" "$real" "\$@"
END
chmod +x "$folder/environment/bin/python"
"$folder/environment/bin/python" -c "import numpy as np; print(np.show_config(mode='dicts')['SIMD Extensions'])"
