"""What the figures were made on."""

import os
import platform
import subprocess


def line_of(path, start):
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith(start):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return ""


def first_line(command):
    try:
        found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
        return found.stdout.strip().splitlines()[0] if found.stdout.strip() else ""
    except OSError:
        return ""


def cache(index):
    base = f"/sys/devices/system/cpu/cpu0/cache/index{index}/"
    try:
        with open(base + "level") as level, open(base + "type") as kind, open(base + "size") as size:
            return f"L{level.read().strip()} {kind.read().strip().lower()} {size.read().strip()}"
    except OSError:
        return ""


def instructions():
    flags = line_of("/proc/cpuinfo", "flags").split()
    return ", ".join(name for name in ["avx2", "avx512f", "avx512bw", "avx512vbmi"] if name in flags)


def describe():
    """Rows of the machine's table: name and value."""
    memory = line_of("/proc/meminfo", "MemTotal").split()
    gib = f"{int(memory[0]) / 1048576:.0f} GiB" if memory else ""
    caches = ", ".join(filter(None, (cache(index) for index in range(4))))
    commit = first_line(["git", "rev-parse", "--short", "HEAD"])
    return [
        ("processor", f"{line_of('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores; {instructions()}"),
        ("caches", caches),
        ("memory", gib),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("Swift", first_line(["swift", "--version"])),
        ("C compiler", first_line(["cc", "--version"])),
        ("load when begun", " ".join(f"{load:.2f}" for load in os.getloadavg())),
        ("commit", commit),
    ]
