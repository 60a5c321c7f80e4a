// What one opening of the dialog knows, and the moves between its views.
import type { Config, MessageKey } from "./api";
import type { Obstacle } from "./root";
import type { PlainText, Span } from "./text";

export interface Session {
  /** Of our server. */
  readonly origin: string;
  /** Of the page when the dialog was opened. */
  readonly url: string;
  readonly config: Config;
  readonly plain: PlainText;
  /** What had the focus in the page, unless that was the link which opened the dialog. */
  readonly focused: Element | null;
  /** The site's words for a message. One that the server did not send is left out: a key is never shown. */
  readonly say: (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;
  readonly write: (span: Span) => void;
  readonly choose: (place?: Span, obstacle?: Obstacle) => void;
  /** Shows what came of a report, also to a reader who has closed the dialog, but not over the reader's next report. */
  readonly settle: (showOutcome: () => void) => void;
  readonly announce: (event: "open" | "sent", detail?: unknown) => void;
}
