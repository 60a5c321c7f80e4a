// Takes the place of script.ts in module.js: a module has no tag, and so no attributes either.
export const src: string = import.meta.url;
export const dataset: Readonly<Partial<Record<string, string>>> = {};
