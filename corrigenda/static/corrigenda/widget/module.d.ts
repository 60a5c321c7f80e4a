// Types of module.js, the widget for a page's own scripts. docs/reference/widget.md describes it.

export interface Place {
  /** Words of this page. */
  readonly range?: Range | undefined;
  /** An element whose words are meant, or an image. */
  readonly element?: Element | undefined;
  /** Address of the article; without it that of a data-corrigenda-url around the place, else the page's own. */
  readonly url?: string | undefined;
}

export interface ReportOptions extends Place {
  /** The words themselves, where they are no place in this page. */
  readonly quote?: { readonly exact: string; readonly prefix?: string; readonly suffix?: string } | undefined;
  readonly concern: "fact" | "unclear" | "typo" | "missing" | "other";
  readonly suggestion?: string | undefined;
  readonly comment?: string | undefined;
  readonly email?: string | undefined;
  /** Language of the words, as in the attribute lang. */
  readonly language?: string | undefined;
  /** 16 to 100 visible ASCII characters; sent again with the same one, a report is still one report. */
  readonly key?: string | undefined;
}

/** The server's own word that it has the report; `status` is the address of the reader's status page. */
export interface Receipt {
  readonly id: string;
  readonly status: string;
  readonly message: string;
}

/** What each event brings. */
export interface Events {
  readonly open: undefined;
  readonly sent: { readonly id: string };
  readonly close: undefined;
}

/** Why a dialog was not opened or a report not taken; `message` may be shown to the reader. */
export declare class CorrigendaError extends Error {
  /** The HTTP status of the refusal; 0 where no usable answer came, or the report was not sent at all. */
  readonly status: number;
  /** The member that the refusal is about. */
  readonly field?: string | undefined;
  /** The report's key: what is sent again with it is stored once. */
  readonly key?: string | undefined;
  constructor(message: string, status: number, field?: string, key?: string);
}

/** Opens the dialog on words, on an image, or on what is in view. Throws a CorrigendaError. */
export declare function open(place?: Place): Promise<void>;

/** Sends a report without the dialog. Throws a CorrigendaError; its `key` sends the same report again. */
export declare function report(options: ReportOptions): Promise<Receipt>;

/** Calls back at each event, whichever part of the widget it comes from, until what it returns is called. */
export declare function on<Name extends keyof Events>(name: Name, callback: (detail: Events[Name]) => void): () => void;

/** Takes everything of this module out of the page: what listens, calls back, or is shown. */
export declare function destroy(): void;
