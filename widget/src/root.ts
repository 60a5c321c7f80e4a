// Finds the article that a report is about, and the passage of it that the reader selected.
import { lengthOf, readPlainText, spanOf, type PlainText, type Span } from "./text";

/** Why a selection cannot be reported as it is; each is also the key of the message that says so. */
export type Obstacle = "noSelection" | "outside" | "tooLong";

/**
 * The element whose inside is the article's text: of the elements that match the first selector that matches anything,
 * the one that holds the selection (or the link that was used), else the first; the body where none matches.
 */
export function findRoot(selectors: readonly string[], range?: Range, link?: Element): Element {
  for (const selector of selectors) {
    try {
      const roots = [...document.querySelectorAll(selector)];
      const root = roots.find((one) => (range ? range.intersectsNode(one) : one.contains(link ?? null))) ?? roots[0];
      if (root) return root;
    } catch {
      // A selector that the browser does not understand matches nothing: one bad line must not silence the readers.
    }
  }
  return document.body;
}

/** The span of the article's text that the range covers, or what is in the way; `maxQuote` counts code points. */
export function findPassage(plain: PlainText, maxQuote: number, range?: Range): Span | Obstacle {
  const whole = range && spanOf(readPlainText(document.body), range);
  if (!whole) return "noSelection";
  const span = spanOf(plain, range);
  // The same words have the same length in both texts, so where it is longer some of them stand outside.
  if (!span || span[1] - span[0] < whole[1] - whole[0]) return "outside";
  return lengthOf(plain, span) > maxQuote ? "tooLong" : span;
}
