// The form in which a reader says what is wrong with a passage and how it should read.
import { fetchKnown, type About } from "./api";
import type * as Difference from "./difference";
import { draftOf, renewDraft, type Draft, type Words } from "./draft";
import { fetchModule } from "./fetcher";
import { kit } from "./kit";
import type * as KnownPart from "./known";
import { widen, type Passage } from "./quote";
import { makeSender } from "./send";
import type { Say, Session } from "./session";
import { button, make, show, status, title } from "./shell";

/** The passage in its sentence: whole words are marked, and of them the reader's own selection is underlined. */
function showPassage({ say, config: { language } }: Session, { part, text, span, image }: Passage): HTMLElement {
  const [wordStart, wordEnd] = widen(text, span, language, "word");
  const [from, stop] = widen(text, span, language, "sentence");
  const mark = make("mark", {}, text.slice(wordStart, span[0]), make("u", {}, text.slice(...span)), text.slice(span[1], wordEnd));
  return make(
    "div",
    { id: "quote" },
    make("p", { className: "hint" }, say(part)),
    make("blockquote", { dir: "auto", tabIndex: 0 }, text.slice(from, wordStart), mark, text.slice(wordEnd, stop) || (image ?? "")),
  );
}

/** A text field with its label and its hint; both are the messages that its name stands in. */
function makeField(
  say: Say,
  tag: "textarea" | "input",
  id: "suggestion" | "comment" | "email",
  properties: Readonly<Record<string, unknown>>,
  note = say("optional"),
): HTMLElement {
  return make(
    "div",
    {},
    make("label", { htmlFor: id }, say(`${id}Label`), " ", make("small", {}, note)),
    make(tag, { id, name: id, dir: "auto", "aria-describedby": `${id}-difference ${id}-hint`, ...properties }),
    make("p", { id: `${id}-difference`, dir: "auto" }),
    make("p", { id: `${id}-hint`, className: "hint" }, say(`${id}Hint`)),
  );
}

/** The box in which the reader changes the words, with what that does to them. */
function makeWording(session: Session, { suggestion }: Draft, exact: string): HTMLElement {
  let comparing: Promise<typeof Difference> | undefined;
  const compare = (): void => {
    (comparing ??= fetchModule<typeof Difference>("difference")).then(
      ({ showDifference }) => { showDifference(kit, session, field, exact); },
      // It only helps to see what was typed; nothing depends on it.
      () => undefined,
    );
  };
  const field = makeField(session.say, "textarea", "suggestion", { rows: 3, value: suggestion, oninput: compare }, "");
  if (suggestion !== exact) compare();
  return field;
}

/** Adds to the form what is known of the passage, once that is there; nothing where nothing is, or nobody says so. */
async function addKnown(session: Session, about: About, form: HTMLElement, agree: (words: Words) => void): Promise<void> {
  try {
    const known = await fetchKnown(about);
    const { showKnown } = await fetchModule<typeof KnownPart>("known");
    if (form.isConnected) showKnown(kit, session, known, form, about, agree);
  } catch {
    // The form is there anyway.
  }
}

/** Shows the form for a passage, with what was typed for it before. */
export function showForm(session: Session, passage: Passage): void {
  const { say, config, plain, url } = session;
  const { part, image, selectors, span, text } = passage;
  const { exact } = selectors[0];
  const about: About = { url, language: config.language, target: { source: url, selector: selectors }, part, image };
  const draft = draftOf(url, passage);
  const keep = (): void => {
    form.querySelectorAll<HTMLInputElement>("[type=email],textarea,:checked").forEach(({ name, value }) => {
      Object.assign(draft, { [name]: value });
    });
  };
  const submit = (): void => {
    // Another report may have been confirmed, and the draft emptied, since the last key was pressed.
    keep();
    const { key, ...words } = draft;
    const typed = { ...draft };
    // An emptied box asks for the words to go: one space is to stand in their place.
    if (!words.suggestion.trim()) words.suggestion = " ";
    if (typed.suggestion === exact) words.suggestion = "";
    const renew = (): void => { renewDraft(draft, exact); };
    const back = (): void => {
      Object.assign(draft, typed);
      showForm(session, passage);
    };
    if (words.concern) void send(key, words, renew, back);
    else fail(say("concernMissing"), "concern");
  };
  const { footer, send, fail } = makeSender(session, about, submit);
  const otherWords = (): void => {
    session.choose(text === plain.text ? span : undefined).catch(() => { status.textContent = say("unreachable"); });
  };
  const concerns = config.concerns.map(({ value, label }) =>
    make("label", {}, make("input", { type: "radio", name: "concern", value, checked: value === draft.concern }), label),
  );
  // Not a form: a sandboxed page may not submit one, and only our own code may decide what Enter does.
  const form = make(
    "div",
    { oninput: keep },
    showPassage(session, passage),
    button(say("otherWords"), otherWords, "plain"),
    makeWording(session, draft, exact),
    make("fieldset", {}, make("legend", {}, say("concernLabel")), ...concerns),
    makeField(say, "textarea", "comment", { rows: 2, value: draft.comment }),
    makeField(say, "input", "email", { type: "email", autocomplete: "email", value: draft.email }),
    footer,
  );
  form.onkeydown = (event) => {
    const { key, ctrlKey, metaKey, target } = event;
    if (key === "Enter" && (ctrlKey || metaKey || (target as Element).id === "email")) {
      event.preventDefault();
      submit();
    }
  };
  show(say("title"), "", form);
  // On a touch screen the keyboard would cover the words before the reader has seen them.
  (matchMedia("(pointer: coarse)").matches ? title : form.querySelector("textarea"))?.focus();
  void addKnown(session, about, form, (words) => {
    void send(`${draft.key}-same`, words, () => undefined, () => { showForm(session, passage); });
  });
}
