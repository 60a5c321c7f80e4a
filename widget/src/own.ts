// What the loader asks of the document: an element with a name, as in a reader's comment, hides the document's own member.

/** The document's own member, from its prototype; smaller than real.ts, since every reader loads it. */
export const own = <Name extends keyof Document>(name: Name): Document[Name] =>
  Reflect.get(Document.prototype, name, document);
