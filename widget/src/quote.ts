// Describes a passage of a plain text: the selectors that are sent, and the sentence in which it is shown.
import type { Span } from "./text";

/** How many code points of the text around the passage go with it, on either side. */
const CONTEXT = 32;

export interface Quote {
  readonly type: "TextQuoteSelector";
  readonly exact: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface Position {
  readonly type: "TextPositionSelector";
  readonly start: number;
  readonly end: number;
}

/** A position only for words of the article's text: what stands outside it has none there. */
export type Selectors = readonly [Quote, Position] | readonly [Quote];

/** Which part of the page a passage is; each but the first is also the key of the message that says so. */
export type Part = "body" | "headline" | "caption" | "image";

/** What a report can be about: words in a text of the page, or an image. */
export interface Passage {
  readonly part: Part;
  readonly selectors: Selectors;
  /** The text in which the words stand, and where. */
  readonly text: string;
  readonly span: Span;
  /** The address of an image. */
  readonly image?: string;
}

/** Moves an offset out of the middle of a surrogate pair, half of which no server could store. */
function offPair(text: string, offset: number, step: 1 | -1): number {
  return (text.codePointAt(offset - 1) ?? 0) > 0xffff ? offset + step : offset;
}

/** The Web Annotation selectors of the span, exactly as the reader made it. */
export function selectorsOf(text: string, span: Span): readonly [Quote, Position] {
  const start = offPair(text, span[0], -1);
  const end = offPair(text, span[1], 1);
  return [
    {
      type: "TextQuoteSelector",
      exact: text.slice(start, end),
      // A pair cut by the first slice is never among the code points that the second one keeps.
      prefix: Array.from(text.slice(Math.max(0, start - 2 * CONTEXT), start)).slice(-CONTEXT).join(""),
      suffix: Array.from(text.slice(end, end + 2 * CONTEXT)).slice(0, CONTEXT).join(""),
    },
    { type: "TextPositionSelector", start, end },
  ];
}

/** The line (paragraph, heading, list item) or lines that hold the span. */
export function linesOf(text: string, [start, end]: Span): Span {
  return [text.lastIndexOf("\n", start - 1) + 1, `${text}\n`.indexOf("\n", end)];
}

/**
 * Widens the span to the borders of the words or sentences that it touches, within its lines. A browser without
 * Intl.Segmenter leaves words as they are, and takes the whole lines for the sentence.
 */
export function widen(text: string, span: Span, language: string, granularity: "word" | "sentence"): Span {
  const lines = linesOf(text, span);
  if (!("Segmenter" in Intl)) return granularity === "word" ? span : lines;
  let [start, end] = lines;
  for (const { index } of new Intl.Segmenter(language, { granularity }).segment(text.slice(...lines))) {
    const border = lines[0] + index;
    if (border <= span[0]) start = border;
    if (border >= span[1] && border < end) end = border;
  }
  return [start, end];
}
