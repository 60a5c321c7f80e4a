// The lint rules: typescript-eslint's strictest set, and a ban on every way of turning a string into markup or code.
import tseslint from "typescript-eslint";

const SINKS = "innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|parseFromString|srcdoc|document\\.write";

export default tseslint.config(
  { ignores: ["node_modules/", ".build/"] },
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ["./tsconfig.json", "./test/tsconfig.json"] } },
    rules: {
      "max-lines": ["error", 400],
      "no-console": "error",
      // The runner awaits its own tests.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["test", "before", "after"] }] },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "max-lines-per-function": ["error", 60],
      "no-eval": "error",
      "no-restricted-syntax": [
        "error",
        { selector: `MemberExpression > Identifier.property[name=/^(${SINKS})$/]`, message: "Text goes in as text, never as markup." },
        { selector: `Literal[value=/^(${SINKS})$/]`, message: "Text goes in as text, never as markup." },
      ],
    },
  },
);
