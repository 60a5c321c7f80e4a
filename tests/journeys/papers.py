"""Newspapers of the tests' own, served on an origin of their own."""

import html
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from corrigenda.demo.paper import Paper, PaperServer
from tests.journeys.running import Demo

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="{{{{ newspaper }}}}/{name}.html">
<script async src="{{{{ corrigenda }}}}/static/corrigenda/widget/corrigenda.js"></script>
</head>
<body>
<article>
<h1>{title}</h1>
<div itemprop="articleBody">
{body}
</div>
<!-- corrigenda:notices -->
</article>
<footer>
<a data-corrigenda="report" href="{{{{ corrigenda }}}}/report?url={{{{ newspaper }}}}/{name}.html">Report</a>
</footer>
</body>
</html>
"""


def page_of(name: str, paragraphs: Sequence[str], *, title: str = "A story", language: str = "en") -> str:
    """Return a page with the paragraphs, given as plain text, as its article."""
    body = "\n".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)
    return PAGE.format(name=name, title=html.escape(title), language=language, body=body)


@contextmanager
def served(public: Path, *, corrigenda: str) -> Iterator[str]:
    """Serve a folder of pages and yield the origin."""
    paper = Paper(public=public, newspaper="", corrigenda=corrigenda)
    server = PaperServer(paper, port=0)
    newspaper = f"http://localhost:{server.server_address[1]}"
    server.paper = replace(paper, newspaper=newspaper)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield newspaper
    finally:
        server.shutdown()
        server.server_close()


def add_site(demo: Demo, slug: str, origin: str, *options: str) -> None:
    """Add a site on the loopback interface to a running demo."""
    host = origin.removeprefix("http://")
    places = ("--origin", origin, "--fetch-host", host, "--private-host", host)
    demo.corrigenda("site", "add", slug, "--name", slug.title(), *places, *options)
