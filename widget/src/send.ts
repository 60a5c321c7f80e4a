// The foot of the form: sends a report, one request at a time, and says there what went wrong.
import { sendReport, type About, type Refusal, type Report } from "./api";
import type { Words } from "./draft";
import { storeKept } from "./kept";
import { showKept, showReceipt } from "./receipt";
import type { Session } from "./session";
import { announce, button, make } from "./shell";

export interface Sender {
  readonly footer: HTMLElement;
  /** Sends the words under an idempotency key; `done` is called once the server or the device has them, `back` to undo that. */
  readonly send: (key: string, words: Words, done: () => void, back: () => void) => Promise<void>;
  /** Says what is wrong, with the focus in the field that it is about. */
  readonly fail: (sentence: string, field?: string) => void;
}

/** Makes the foot of a form; `submit` is what its button does. */
export function makeSender(session: Session, about: About, submit: () => void): Sender {
  const { config, say } = session;
  const says = make("p", { role: "alert" });
  const sender = button(say("send"), () => { if (work) work.abort(); else submit(); }, "main");
  const footer = make("footer", { role: "none" }, says, sender);
  let faulty: Element | null | undefined;
  let sending = false;
  /** What the server asked for before it takes the report. */
  let work: AbortController | undefined;

  const fail = (sentence: string, field = ""): void => {
    faulty?.removeAttribute("aria-invalid");
    says.textContent = sentence;
    says.className = "";
    const control = footer.parentElement?.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`);
    control?.setAttribute("aria-invalid", "true");
    control?.focus();
    faulty = control;
  };

  const begin = (): AbortSignal => {
    work = new AbortController();
    says.textContent = say("checking");
    says.className = "hint";
    sender.textContent = say("cancel");
    return work.signal;
  };

  const send: Sender["send"] = async (key, words, done, back) => {
    if (sending) return;
    sending = true;
    fail("");
    sender.textContent = say("sending");
    const report: Report = { ...about, ...words, seal: config.seal };
    try {
      const receipt = await sendReport(key, report, begin);
      done();
      storeKept(key);
      announce("sent", { id: receipt.id });
      session.settle(() => { showReceipt(session, receipt); });
    } catch (problem) {
      const { detail, field, status = 0 } = problem as Partial<Refusal>;
      const why = work?.signal.aborted ? "" : (detail ?? say(status ? "serverError" : "noAnswer", { status }));
      // A server that is down or a reader who is offline: later is another time. A refusal stays one.
      const isKept = why && (!status || status > 499) && storeKept(key, { key, at: Date.now(), report });
      if (isKept) done();
      session.settle(() => {
        if (isKept) showKept(session, key, why, back);
        else fail(why, field);
      });
    }
    work = undefined;
    sender.textContent = say("retry");
    sending = false;
  };

  return { footer, send, fail };
}
