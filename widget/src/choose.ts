// The view in which a reader marks the words of a paragraph, with the keyboard alone if need be.
import { linesOf } from "./quote";
import type { Obstacle } from "./root";
import type { Session } from "./session";
import { button, link, make, show, status, title } from "./shell";
import { lengthOf, trim, type PlainText, type Span } from "./text";

/** Where the text is that holds the focus or follows it, else the text nearest to the middle of the window. */
function offsetInView({ runs }: PlainText, focused: Element | null): number {
  const middle = innerHeight / 2;
  const range = document.createRange();
  let nearest = 0;
  let least = Infinity;
  for (const { node, at } of runs) {
    if (focused && focused.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) return at;
    range.selectNode(node);
    const { top, bottom, height } = range.getBoundingClientRect();
    const distance = Math.max(top - middle, middle - bottom, 0);
    if (height && distance < least) [nearest, least] = [at, distance];
  }
  return nearest;
}

/** A box whose words can be marked but not changed. It is not `readonly`: that would hide the caret, where marking begins. */
function makeBox(): HTMLTextAreaElement {
  const box = make("textarea", { id: "words", dir: "auto", "aria-readonly": true, "aria-describedby": "hint", inputMode: "none", rows: 5 });
  box.spellcheck = false;
  box.addEventListener("beforeinput", (event) => {
    event.preventDefault();
  });
  return box;
}

/** Shows the chooser at a passage or else at what is in view, with the reason why the page's own selection did not do. */
export function showChooser(session: Session, place?: Span, obstacle?: Obstacle): void {
  const { say, config, origin, plain } = session;
  const { text } = plain;
  const form = make("p", { className: "aside" }, link(origin, config.form, say("form")));
  if (!text) {
    show(say("title"), say("noText"), form);
    title.focus();
    return;
  }

  const explain = (what: Obstacle | "nothingMarked"): string => say(what, { max: config.maxQuote });
  const label = make("label", { htmlFor: "words", "aria-live": "polite" });
  const box = makeBox();
  let line: Span = [0, 0];
  const turnTo = (offset: number): void => {
    line = linesOf(text, [offset, offset]);
    box.value = text.slice(...line);
    box.setSelectionRange(0, 0);
    label.textContent = say("paragraph", {
      number: text.slice(0, line[0]).split("\n").length,
      total: text.split("\n").length,
    });
  };
  const useWords = (): void => {
    const chosen = trim(text, line[0] + box.selectionStart, line[0] + box.selectionEnd);
    if (chosen && lengthOf(plain, chosen) <= config.maxQuote) {
      session.write(chosen);
    } else {
      status.textContent = explain(chosen ? "tooLong" : "nothingMarked");
      box.focus();
    }
  };

  show(
    say("chooseTitle"),
    obstacle ? explain(obstacle) : "",
    make("p", { id: "hint", className: "hint" }, say("chooseHint")),
    label,
    box,
    make(
      "footer",
      {},
      button(say("previous"), () => {
        turnTo((line[0] || text.length + 1) - 1);
      }),
      button(say("next"), () => {
        turnTo(line[1] < text.length ? line[1] + 1 : 0);
      }),
      button(say("useWords"), useWords, "main"),
    ),
    form,
  );
  turnTo(place ? place[0] : offsetInView(plain, session.focused));
  box.focus();
  if (place) box.setSelectionRange(place[0] - line[0], place[1] - line[0]);
}
