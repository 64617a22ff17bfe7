/* What static/js may say: the language and the browser of 2018, and nothing that is never read or never set. */
import js from "@eslint/js";
import compat from "eslint-plugin-compat";
import esX from "eslint-plugin-es-x";
import globals from "globals";

/* Methods and properties of elements that came later, which no rule of others knows by name. */
const METHODS = /^(at|checkVisibility|getAnimations|getHTML|hidePopover|moveBefore|randomUUID|replaceChildren|requestSubmit|setHTML|setHTMLUnsafe|showModal|showPopover|togglePopover)$/;
const PROPERTIES = /^(aria[A-Z]\w*|enterKeyHint|inert|popover|virtualKeyboardPolicy)$/;
const LATER = "Browsers of 2018 (Chrome 70, Safari 12) do not have it.";

const BROWSERS = ["chrome 70", "safari 12", "ios_saf 12.0-12.1", "firefox 63"];
/* What a script looks for before it uses it, or may do without. */
const ASKED_FOR = ["navigator.locks", "AbortController", "Event.returnValue", "BarcodeDetector"];

export default [
  js.configs.recommended,
  compat.configs["flat/recommended"],
  { ...esX.configs["flat/restrict-to-es2018"] },
  {
    languageOptions: { ecmaVersion: 2018, sourceType: "script", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    settings: { "es-x": { aggressive: true }, browsers: BROWSERS, polyfills: ASKED_FOR },
    rules: {
      "es-x/no-array-prototype-at": "off", /* any property of that name; a call of it is caught below */
      "es-x/no-string-prototype-at": "off",
      "eqeqeq": "error",
      "no-eval": "error",
      "no-prototype-builtins": "off",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-throw-literal": "off",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }],
      "no-restricted-syntax": [
        "error",
        { selector: `CallExpression[callee.property.name=${METHODS}]`, message: LATER },
        { selector: `AssignmentExpression[left.property.name=${PROPERTIES}]`, message: LATER },
      ],
    },
  },
  { files: ["**/sw.js"], languageOptions: { globals: globals.serviceworker } },
];
