// The views that end a report: the server's true answer, or that the report is kept on the reader's device.
import type { Receipt } from "./api";
import { storeKept } from "./kept";
import type { Session } from "./session";
import { button, close, link, make, show, title } from "./shell";

export function showReceipt({ say }: Pick<Session, "say">, { message, status }: Receipt): void {
  show(
    say("sentTitle"),
    message,
    make("p", {}, link(status, say("statusLink"))),
    make("p", { className: "hint" }, say("statusHint")),
    make("footer", { role: "none" }, button(say("close"), close, "main")),
  );
  title.focus();
}

/** Says why a report was not sent now, and what becomes of it; `back` shows the form again, out of the device's hands. */
export function showKept({ say }: Session, key: string, why: string, back: () => void): void {
  show(
    say("keptTitle"),
    `${why} ${say("kept")}`,
    make("p", { className: "hint" }, say("keptHint")),
    make(
      "footer",
      // Looked for when the report has been sent after all.
      { id: key, role: "none" },
      button(say("back"), () => {
        storeKept(key);
        back();
      }),
      button(say("close"), close, "main"),
    ),
  );
  title.focus();
}
