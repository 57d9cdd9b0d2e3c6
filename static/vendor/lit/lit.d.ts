export * from "./lit-element/lit-element.js";
export * from "./lit-html/directives/class-map.js";
export * from "./lit-html/directives/guard.js";
export * from "./lit-html/directives/keyed.js";
export * from "./lit-html/directives/live.js";
export * from "./lit-html/directives/ref.js";
export * from "./lit-html/directives/repeat.js";
