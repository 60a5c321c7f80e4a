"""Text that strangers and careless editors may type, and what must never come of it."""

from typing import Final

SCRIPT: Final = "</script><script>window.ran=1</script>"
IMAGE: Final = "<img src=x onerror=window.ran=1>"
CDATA: Final = "]]><x xmlns='h'>&amp;&lt;"
HEADER: Final = "line\r\nBcc: victim@mail.example\r\n\r\nbody"
TURNED: Final = "\u202eevil\u2066 \u200flive\u2069"
CONTROLS: Final = "bell\x07 esc\x1b vt\x0b ff\x0c us\x1f del\x7f nel\x85 ls\u2028 non\ufffe"
QUOTES: Final = "\"'`{{ 7|add:7 }}{% now 'Y' %}%(old)s %s {0}"
ALL: Final = f"{SCRIPT}{IMAGE} {CDATA} {QUOTES} {TURNED} {CONTROLS} {HEADER} 🙂"
