// The view that shows the server's true answer to a report, and the way to the reader's status page.
import type { Receipt } from "./api";
import type { Session } from "./session";
import { button, close, link, make, show, title } from "./shell";

export function showReceipt({ origin, say }: Session, { message, status }: Receipt): void {
  show(
    say("sentTitle"),
    message,
    make("p", {}, link(origin, status, say("statusLink"))),
    make("p", { className: "hint" }, say("statusHint")),
    make("footer", { role: "none" }, button(say("close"), close, "main")),
  );
  title.focus();
}
