// Finds the article that a report is about, and the passage of it that the reader selected.
import { selectorsOf, type Passage } from "./quote";
import { page, real } from "./real";
import { lengthOf, readPlainText, spanOf, type PlainText, type Span } from "./text";

/** Why a selection cannot be reported as it is; each is also the key of the message that says so. */
export type Obstacle = "noSelection" | "outside" | "tooLong";

export const CAPTION = "figcaption";
export const HEADLINE = "h1,[itemprop~=headline]";

/** The elements that hold the place, the nearest first, out of shadow roots too. */
export function holdersOf(place: Node | null): HTMLElement[] {
  const holders: HTMLElement[] = [];
  for (let node: Node | null = place; node; node = real(node).parentNode ?? (node as ShadowRoot).host) {
    if (node instanceof HTMLElement) holders.push(node);
  }
  return holders;
}

/**
 * The element whose inside is the article's text: of the elements within `scope` that match the first selector that
 * matches anything there, the one that holds the selection or else the place, else the first; `scope` where none matches.
 */
export function findRoot(selectors: readonly string[], holders: readonly Element[], scope: Element, range?: Range): Element {
  for (const selector of selectors) {
    try {
      const roots = [...page.querySelectorAll(selector)].filter((one) => scope.contains(one));
      const root = roots.find((one) => range?.intersectsNode(one) ?? holders.includes(one)) ?? roots[0];
      if (root) return root;
    } catch {
      // A selector that the browser does not understand matches nothing: one bad line must not silence the readers.
    }
  }
  return scope;
}

/** The passage at a span of the article's text, or of a text `beside` that; its part is the one that holds all of it. */
export function passageAt({ text, runs }: PlainText, span: Span, beside = false): Passage {
  const [quote, position] = selectorsOf(text, span);
  const nodeAt = (offset: number): Node | undefined => runs.find(({ at, length }) => at + length > offset)?.node;
  const [first, last] = [nodeAt(span[0]), nodeAt(span[1] - 1)];
  const isWithin = (selector: string): boolean | undefined => first?.parentElement?.closest(selector)?.contains(last ?? null);
  const part = isWithin(CAPTION) ? "caption" : isWithin(HEADLINE) ? "headline" : "body";
  return { part, selectors: beside ? [quote] : [quote, position], text, span };
}

/** The passage of the article's text that the range covers, or what is in the way; `maxQuote` counts code points. */
export function findPassage(plain: PlainText, maxQuote: number, range?: Range): Passage | Obstacle {
  const whole = range && spanOf(readPlainText(page.body), range);
  if (!whole) return "noSelection";
  const span = spanOf(plain, range);
  // The same words have the same length in both texts, so where it is longer some of them stand outside.
  if (!span || span[1] - span[0] < whole[1] - whole[0]) return "outside";
  return lengthOf(plain, span) > maxQuote ? "tooLong" : passageAt(plain, span);
}
