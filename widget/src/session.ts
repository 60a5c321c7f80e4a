// What one opening of the dialog knows, and the moves between its views.
import type { Config, MessageKey } from "./api";
import type { Passage } from "./quote";
import type { Obstacle } from "./root";
import type { PlainText, Span } from "./text";

/** The site's words for a message. One that the server did not send is left out: a key is never shown; "body" has none. */
export type Say = (key: MessageKey | "body", values?: Readonly<Record<string, string | number>>) => string;

export interface Session {
  /** Of the article. */
  readonly url: string;
  readonly config: Config;
  readonly plain: PlainText;
  readonly root: Element;
  /** The link that was used, else what had the focus. */
  readonly focused: Element | null;
  readonly say: Say;
  readonly write: (passage: Passage) => void;
  /** Rejects where the chooser cannot be fetched. */
  readonly choose: (place?: Span, obstacle?: Obstacle) => Promise<void>;
  /** Shows what came of a report, also to a reader who has closed the dialog, but not over the reader's next report. */
  readonly settle: (showOutcome: () => void) => void;
}

export function sayFrom({ messages }: Config): Say {
  return (key, values = {}) =>
    ((messages as Partial<Record<string, string>>)[key] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => values[name] as string);
}
