// For a reader who has marked no words that can be reported: finds the image that was meant, or lets words be marked in a
// paragraph, with the keyboard alone if need be.
import type { Use } from "./dialog";
import type { Kit } from "./kit";
import { linesOf, type Passage } from "./quote";
import { page } from "./real";
import { CAPTION, HEADLINE, holdersOf, type Obstacle } from "./root";
import type { Session } from "./session";
import { lengthOf, spanOf, trim, type PlainText, type Span } from "./text";

/** Where the text is that holds the focus or follows it, else the text nearest to the middle of the window. */
function offsetInView({ runs }: PlainText, focused: Element | null): number {
  const middle = innerHeight / 2;
  const range = new Range();
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

/** Whether what stands outside the article's text is of the same article: no other one encloses it. */
function belongs(element: Element, root: Element): boolean {
  const article = element.closest("article");
  return !article || article.contains(root) || root.contains(article);
}

/** The words that the range covers in a headline or a caption that stands beside the article's text. */
function findBeside({ passageAt, readPlainText }: Kit, { root, config }: Session, range: Range): Passage | undefined {
  const whole = spanOf(readPlainText(page.body), range);
  for (const element of page.querySelectorAll(`${HEADLINE},${CAPTION}`)) {
    const plain = readPlainText(element);
    const span = spanOf(plain, range);
    const holdsAll = span && whole && span[1] - span[0] === whole[1] - whole[0];
    if (holdsAll && belongs(element, root) && lengthOf(plain, span) <= config.maxQuote) return passageAt(plain, span, true);
  }
  return undefined;
}

/**
 * The image of the article that the reader meant: one that was selected, or the one in the figure that holds the link or
 * the focus. Its words are the alternative text, or else the caption; undefined where it has no address either.
 */
function findImage({ readPlainText }: Kit, { root, focused, config }: Session, range?: Range): Passage | undefined {
  const images = [...page.images].filter((one) => belongs(one, root));
  const holder = holdersOf(focused).find((one) => one.matches("figure,picture,img,a") && images.some((image) => one.contains(image)));
  const image = images.find((one) => (range ? range.intersectsNode(one) : holder?.contains(one)));
  if (!image) return undefined;
  const caption = image.closest("figure")?.querySelector("figcaption");
  const words = image.alt.trim() || (caption ? readPlainText(caption).text : "");
  const exact = Array.from(words).slice(0, config.maxQuote).join("");
  const address = /^https?:/.test(image.src) ? image.src : "";
  if (!exact && !address) return undefined;
  const selectors = [{ type: "TextQuoteSelector", exact, prefix: "", suffix: "" }] as const;
  return { part: "image", selectors, text: exact, span: [0, exact.length], image: address };
}

/** A box whose words can be marked but not changed. It is not `readonly`: that would hide the caret, where marking begins. */
function makeBox(make: Kit["make"]): HTMLTextAreaElement {
  const box = make("textarea", { id: "words", dir: "auto", "aria-readonly": true, "aria-describedby": "hint", inputMode: "none", rows: 5 });
  box.spellcheck = false;
  box.addEventListener("beforeinput", (event) => {
    event.preventDefault();
  });
  return box;
}

/** Shows the chooser at a place or else at what is in view, with the reason why the page's own selection did not do. */
function showChooser(kit: Kit, session: Session, focused: Element | null, place?: Span, obstacle?: Obstacle): void {
  const { button, link, make, passageAt, show, status, title } = kit;
  const { say, config, plain } = session;
  const { text } = plain;
  const form = make("p", { className: "aside" }, link(config.form, say("form")));
  if (!text) {
    show(say("title"), say("noText"), form);
    title.focus();
    return;
  }

  const explain = (what: Obstacle | "nothingMarked"): string => say(what, { max: config.maxQuote });
  const label = make("label", { htmlFor: "words", "aria-live": "polite" });
  const box = makeBox(make);
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
      session.write(passageAt(plain, chosen));
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
  turnTo(place ? place[0] : offsetInView(plain, focused));
  box.focus();
  if (place) box.setSelectionRange(place[0] - line[0], place[1] - line[0]);
}

/**
 * Goes on where there is no passage yet: with what the reader meant beside the article's text, or else with the chooser, at
 * `place` where the reader wants other words than those. `obstacle` says why the page's own selection did not do.
 */
export function choose(kit: Kit, session: Session, { range, link }: Use, place?: Span, obstacle?: Obstacle): void {
  const beside = obstacle === "outside" && range ? findBeside(kit, session, range) : undefined;
  const passage = beside ?? (obstacle === "noSelection" ? findImage(kit, session, range) : undefined);
  if (passage) session.write(passage);
  // Who used the link knows that no words are selected.
  else showChooser(kit, session, link ? null : session.focused, place, link && !range ? undefined : obstacle);
}
