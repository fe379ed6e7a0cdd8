/*
 * What Swagger UI lacks for WCAG: a plugin, named in `SWAGGER_UI_SETTINGS`. A plain script, as those
 * of Swagger UI are; its words are English, as theirs are.
 */
const readableForAll = ({ React: { createElement, Fragment } }) => {
  const labelled = (Field) => (props) => createElement("label", null,
    createElement("span", { className: "docs-hidden" }, props.description || "Value"), createElement(Field, props));
  return {
    components: {
      // A link within the button that opens an operation is reached by nobody but a mouse.
      DeepLink: ({ text }) => createElement("span", null, text),
    },
    wrapComponents: {
      InfoContainer: (Info) => (props) => createElement("section", { "aria-label": "About" }, createElement(Info, props)),
      JsonSchema_boolean: labelled,
      JsonSchema_string: labelled,
      JsonSchemaArrayItemFile: labelled,
      JsonSchemaArrayItemText: labelled,
      TextArea: labelled,
      // The headings of the groups are of the third level.
      operations: (Operations) => (props) => createElement(Fragment, null, createElement("h2", { className: "docs-heading" }, "Operations"), createElement(Operations, props)),
    },
  };
};
