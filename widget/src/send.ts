// The foot of the form: sends the report, one request at a time, and says there what went wrong.
import { sendReport, type Refusal } from "./api";
import { forgetDraft, kept, type Draft } from "./draft";
import type { Selectors } from "./quote";
import { showReceipt } from "./receipt";
import type { Session } from "./session";
import { button, make } from "./shell";

export interface Sender {
  readonly footer: HTMLElement;
  readonly submit: () => void;
}

/** Makes the foot of a form that puts what it holds into `draft` and `kept` when `keep` is called. */
export function makeSender(session: Session, selectors: Selectors, draft: Draft, keep: () => void): Sender {
  const { url, origin, config, say } = session;
  const error = make("p", { role: "alert" });
  const sender = button(say("send"), submit, "main");
  const footer = make("footer", { role: "none" }, error, sender);
  let faulty: Element | null | undefined;
  let sending = false;

  const fail = (sentence: string, field = ""): void => {
    error.textContent = sentence;
    const control = footer.parentElement?.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`);
    control?.setAttribute("aria-invalid", "true");
    control?.focus();
    faulty = control;
  };

  const send = async (): Promise<void> => {
    const target = { source: url, selector: selectors };
    const suggestion = draft.suggestion === selectors[0].exact ? "" : draft.suggestion;
    sending = true;
    sender.textContent = say("sending");
    try {
      const report = { url, language: config.language, target, ...kept, suggestion };
      const receipt = await sendReport(origin, draft.key, report);
      forgetDraft(url, selectors);
      session.announce("sent", { id: receipt.id });
      session.settle(() => { showReceipt(session, receipt); });
    } catch (problem) {
      const { detail, field, status = 0 } = problem as Partial<Refusal>;
      session.settle(() => { fail(detail ?? say(status ? "serverError" : "noAnswer", { status }), field); });
    }
    sender.textContent = say("retry");
    sending = false;
  };

  function submit(): void {
    if (sending) return;
    // Another report may have been confirmed, and what is kept emptied, since the last key was pressed.
    keep();
    error.textContent = "";
    faulty?.removeAttribute("aria-invalid");
    if (kept.concern) void send();
    else fail(say("concernMissing"), "concern");
  }

  return { footer, submit };
}
