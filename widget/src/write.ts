// The form in which a reader says what is wrong with a passage and how it should read.
import { draftOf, kept } from "./draft";
import { selectorsOf, widen } from "./quote";
import { makeSender } from "./send";
import type { Session } from "./session";
import { button, make, show, title } from "./shell";
import type { Span } from "./text";

/** The passage in its sentence: whole words are marked, and of them the reader's own selection is underlined. */
function showPassage({ plain: { text }, config: { language } }: Session, span: Span): HTMLElement {
  const [wordStart, wordEnd] = widen(text, span, language, "word");
  const [from, stop] = widen(text, span, language, "sentence");
  const mark = make("mark", {}, text.slice(wordStart, span[0]), make("u", {}, text.slice(...span)), text.slice(span[1], wordEnd));
  return make("blockquote", { id: "quote", dir: "auto", tabIndex: 0 }, text.slice(from, wordStart), mark, text.slice(wordEnd, stop));
}

function labelled(control: HTMLElement, label: string, hint: string, note = ""): HTMLElement {
  const { id } = control;
  control.setAttribute("name", id);
  control.setAttribute("dir", "auto");
  control.setAttribute("aria-describedby", `${id}-hint`);
  return make(
    "div",
    {},
    make("label", { htmlFor: id }, `${label} `, make("small", {}, note)),
    control,
    make("p", { id: `${id}-hint`, className: "hint" }, hint),
  );
}

/** Shows the form for a passage, with what was typed for it before. */
export function showForm(session: Session, span: Span): void {
  const { say, config, plain, url } = session;
  const selectors = selectorsOf(plain.text, span);
  const draft = draftOf(url, selectors);
  const suggestion = make("textarea", { id: "suggestion", rows: 3, value: draft.suggestion });
  const comment = make("textarea", { id: "comment", rows: 2, value: kept.comment });
  const email = make("input", { id: "email", type: "email", autocomplete: "email", value: kept.email });
  const concerns = config.concerns.map(({ value, label }) =>
    make("label", {}, make("input", { type: "radio", name: "concern", value, checked: value === kept.concern }), label),
  );
  const keep = (): void => {
    draft.suggestion = suggestion.value;
    kept.concern = form.querySelector<HTMLInputElement>(":checked")?.value ?? "";
    kept.comment = comment.value;
    kept.email = email.value;
  };
  const { footer, submit } = makeSender(session, selectors, draft, keep);
  // Not a form: a sandboxed page may not submit one, and only our own code may decide what Enter does.
  const form = make(
    "div",
    { oninput: keep },
    showPassage(session, span),
    button(say("otherWords"), () => { session.choose(span); }, "plain"),
    labelled(suggestion, say("suggestionLabel"), say("suggestionHint")),
    make("fieldset", {}, make("legend", {}, say("concernLabel")), ...concerns),
    labelled(comment, say("commentLabel"), say("commentHint"), say("optional")),
    labelled(email, say("emailLabel"), say("emailHint"), say("optional")),
    footer,
  );
  form.onkeydown = (event) => {
    const { key, ctrlKey, metaKey, target } = event;
    if (key === "Enter" && (ctrlKey || metaKey || target === email)) {
      event.preventDefault();
      submit();
    }
  };
  show(say("title"), "", form);
  // On a touch screen the keyboard would cover the words before the reader has seen them.
  (matchMedia("(pointer: coarse)").matches ? title : suggestion).focus();
}
