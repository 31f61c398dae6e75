"A run as text for a terminal."
from .gpu import PARTS

RATIOS = "method ms low_ms high_ms quiet over ratio saved peak peak_no_grad error"
COLUMNS = {
    "soft": f"N C threads {RATIOS}", "index": f"N C threads {RATIOS}",
    "kept": f"N C threads memory {RATIOS}",
    "linear": "task threads method ms low_ms high_ms ratio peak_mib",
    "imports": "what s min_s rounds",
    "small": "what forward_ms torch_forward_ms forward_ratio both_ms torch_both_ms both_ratio",
    "growth": "N C method ms ratio", "crossover": "numbers method ms",
    "fused": "loss N C method ms ratio", "maps": "N C size method ms ratio",
    "busy": "N C threads method wall_ms cpu_ms",
    "two_threads": "N C method ms ratio", "compiled": "N C method ms ratio",
    "parts": "N C method ms min_ms ratio",
    "errors": "logits labels method value_error slope_error",
    "gpu": PARTS,
}


def text(value):
    "A value as it stands in a table."
    if not isinstance(value, float): return str(value)
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def table(rows):
    "The rows of a suite as aligned lines."
    names = COLUMNS[rows[0]["suite"]].split()
    lines = [names, *([text(row[name]) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
