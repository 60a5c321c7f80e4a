// Where the script tag is that brought the loader here; in module.js its place is taken by module-script.ts.
// Asked of the prototype: an element with the name "currentScript", as in a comment of a reader, hides the document's own.
export const { src, dataset } = Reflect.get(Document.prototype, "currentScript", document) as HTMLScriptElement;
