import globals from "globals";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "dist/"] },
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.ts", "tests/**/*.ts"],
    languageOptions: { globals: globals.browser },
    rules: {
      // The host page's policy may forbid markup made from text; every node is built by hand.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Build nodes with h(); a strict host policy forbids markup." },
        { property: "outerHTML", message: "Build nodes with h(); a strict host policy forbids markup." },
        { property: "insertAdjacentHTML", message: "Build nodes with h()." },
      ],
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 60 }],
      eqeqeq: "error",
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: { "max-lines-per-function": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  { files: ["scripts/**/*.mjs"], languageOptions: { globals: globals.node } },
);
