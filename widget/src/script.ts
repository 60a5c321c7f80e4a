// Where the script tag is that brought the loader here; in module.js its place is taken by module-script.ts.
export const { src, dataset } = document.currentScript as HTMLScriptElement;
