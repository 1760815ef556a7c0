"""What this machine computes with: the parts of a processor and system that decide the last bits of a float."""

from __future__ import annotations

import platform
import zlib

# Of these a difference excuses one in the last digits; the rest of the record is for the reader.
DECIDING = ("architecture", "simd", "blas", "libc", "zlib", "python", "numba")


def machine() -> dict[str, str]:
    """Describe system, processor features, BLAS kernel and C library, each as one line of text.

    Returns
    -------
    dict of str to str
        ``system``, ``architecture`` (x86_64, arm64 ...), ``simd`` (what NumPy uses above its
        baseline), ``blas`` (library, version and kernel of every one that is loaded), ``libc``,
        ``zlib`` (it packs the figures),
        ``python`` (major and minor), ``numba`` (the processor it compiles for).
    """
    import numba  # noqa: PLC0415 - the compiler takes a second to load, and only this record needs it here
    import numpy as np  # noqa: PLC0415
    import scipy.linalg  # noqa: F401, PLC0415 - brings its own BLAS along, which is to be seen below
    from threadpoolctl import threadpool_info  # noqa: PLC0415

    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    kernels = {
        f"{found['internal_api']} {found['version']} {found.get('architecture', '')}".strip()
        for found in threadpool_info()
        if found["user_api"] == "blas"
    }
    return {
        "system": platform.system(),
        "architecture": platform.machine().lower(),
        "simd": " ".join([*simd["baseline"], *simd.get("found", [])]),
        "blas": ", ".join(sorted(kernels)),
        "libc": " ".join(platform.libc_ver()).strip(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numba": getattr(numba.config, "CPU_NAME", None) or "this processor",
    }
