// Says in the form what is known of the passage already, and lets the reader agree with one key; fetched where something is.
import type { About, Known } from "./api";
import type { Words } from "./draft";
import type { Kit } from "./kit";
import type { Session } from "./session";

/** Puts above the form what the server knows; `agree` sends the words of a reader who does. */
export function showKnown(
  { button, link, make, root, status, title }: Kit,
  { config, say }: Session,
  { state, sentence, text, reason, href, date }: Known,
  form: HTMLElement,
  { target }: About,
  agree: (words: Words) => void,
): void {
  const words = text ?? reason;
  const day = date ? new Date(date).toLocaleDateString(config.language, { dateStyle: "long" }) : "";
  const note = make("div", { className: "known" });
  status.textContent = sentence;
  if (words) note.append(make("blockquote", { dir: "auto" }, words));
  if (href) note.append(make("p", { className: "hint" }, link(href, say("notice")), " ", day));
  form.prepend(note);
  if (state !== "open") return;

  const voice = button(say("voice"), () => { agree({ concern: "same", suggestion: "", comment: "", email: "" }); });
  note.append(voice);
  const box = form.querySelector("textarea");
  // Who begins to type while the focus moves here means the wording: the key goes on to its box.
  voice.onkeydown = ({ key, ctrlKey, metaKey }) => {
    if (/^[^ ]$/u.test(key) && !ctrlKey && !metaKey) box?.focus();
  };
  const { activeElement } = root;
  if (box?.value === target.selector[0].exact && (activeElement === box || activeElement === title)) voice.focus();
}
