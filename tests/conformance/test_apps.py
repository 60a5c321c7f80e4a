"""docs/guide/apps.md: its snippets run, and do what the guide says of them."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests import tools
from tests.conformance.seed import TOKEN
from tests.conformance.serving import ROOT

GUIDE: Final = (ROOT / "docs/guide/apps.md").read_text("utf-8")
SNIPPETS: Final = re.findall(r"```js\n(.*?)```", GUIDE, re.DOTALL)
STORY: Final = """
const report = draft("https://courier.example/news/bridge.html", "en", "two years", "was built in ", ".");
const refused = await send(report);
report.body.concern = "fact";
const sent = await send(report);
const again = await send(report);
const first = await state(sent.told.token);
const unchanged = await state(sent.told.token, first);
const corrected = await state(TOKEN);
const unknown = await state("nobody");
console.log(JSON.stringify({ refused, sent, again, first, same: unchanged === first, corrected, unknown }));
"""


def test_an_app_reports_and_shows_the_status(served: str, tmp_path: Path) -> None:
    node = tools.node_bin()
    if node is None:
        pytest.skip(tools.NODE.advice)
    script = tmp_path / "app.mjs"
    code = "".join(SNIPPETS).replace("https://desk.example", served) + STORY.replace("TOKEN", f'"{TOKEN}"')
    script.write_text(code)
    done = subprocess.run([str(node / "node"), str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert len(SNIPPETS) == 2
    assert told["refused"]["done"] is False
    assert told["refused"]["wait"] == 0
    assert told["refused"]["told"]["errors"][0]["field"] == "concern"
    assert told["sent"]["done"] is True
    assert told["again"] == told["sent"]
    assert told["first"]["told"]["state"] == "received"
    assert told["first"]["told"]["status"] == told["sent"]["told"]["status"]
    assert told["same"] is True
    assert told["corrected"]["told"]["notice"]["href"].startswith(served)
    assert told["unknown"] == {"tag": "", "told": None}
