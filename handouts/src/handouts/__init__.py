"""Handouts from notebooks: accessible PDF, with and without solutions."""

import sys

# On import, jsonschema (behind nbformat) would have this module compile a grammar of
# web addresses, for three seconds; it does without, and notebooks have no use for it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
