// Shows word by word what the reader's wording does to the words; fetched when the wording is first changed.
import css from "./difference.css";
import type { Kit } from "./kit";
import type { Session } from "./session";

/** A stretch of words that both wordings have, or only the old one (`del`), or only the new one (`ins`). */
export type Stretch = readonly [tag: "" | "del" | "ins", words: string];

/** Longer texts (the server takes 2,000 and 4,000 characters), and more pairs of words, are not compared: typing must stay smooth. */
const MOST_UNITS = 8_000;
const MOST_PAIRS = 250_000;

function split(text: string, language: string): string[] {
  return "Segmenter" in Intl
    ? Array.from(new Intl.Segmenter(language, { granularity: "word" }).segment(text), ({ segment }) => segment)
    : (text.match(/\s+|\S+/g) ?? []);
}

/**
 * What is to be done to the old wording to get the new one: by the longest sequence of words that both have, or as one
 * replacement of all where there are too many words for that.
 */
export function compareWords(oldText: string, newText: string, language: string): Stretch[] {
  const isLong = oldText.length + newText.length > MOST_UNITS;
  const before = isLong ? [] : split(oldText, language);
  const after = isLong ? [] : split(newText, language);
  if (isLong || before.length * after.length > MOST_PAIRS) return [["del", oldText], ["ins", newText]];

  // shared[i][j]: how many words before.slice(i) and after.slice(j) have in common, in order.
  const shared = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  const at = (i: number, j: number): number => shared[i]?.[j] ?? 0;
  before.forEach((_, k) => {
    const i = before.length - 1 - k;
    for (let j = after.length; j--; ) {
      shared[i]?.set([before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))], j);
    }
  });

  const stretches: [Stretch[0], string][] = [];
  const add = (tag: Stretch[0], words = ""): void => {
    const last = stretches[stretches.length - 1];
    if (last?.[0] === tag) last[1] += words;
    else stretches.push([tag, words]);
  };
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    if (before[i] === after[j]) {
      add("", before[i++]);
      j++;
    } else if (j === after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      add("del", before[i++]);
    } else {
      add("ins", after[j++]);
    }
  }
  return stretches;
}

let styled = false;

/** Writes below the box in `field` what its wording does to the words, for eyes and for ears; nothing where it does nothing. */
export function showDifference({ addStyles, make }: Kit, { say, config }: Session, field: HTMLElement, exact: string): void {
  if (!styled) addStyles(css);
  styled = true;
  const wording = field.querySelector("textarea")?.value ?? exact;
  // An emptied box asks for the words to go, and so does one that holds nothing but spaces.
  const kept = wording.trim() && wording;
  const shown: (Node | string)[] = compareWords(exact, kept, config.language).map(([tag, words]) => {
    if (!tag) return words;
    // With no-break spaces: a screen reader would join the words to those beside them.
    const spoken = make("span", { className: "spoken" }, `\u00a0${say(tag === "ins" ? "added" : "removed")}\u00a0`);
    return make(tag, {}, spoken, words);
  });
  if (!kept && exact) shown.push(make("small", {}, ` ${say("deletion")}`));
  field.querySelector("#suggestion-difference")?.replaceChildren(...(wording === exact ? [] : shown));
}
