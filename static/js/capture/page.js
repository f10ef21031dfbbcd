// What the server wrote into the page, and its fixed places.
import { withLookups } from "./model.js";

export const live = document.querySelector("[data-live]");
export const $ = (selector) => live.querySelector(selector);
export const line = $("[data-line]");
export const given = withLookups(JSON.parse(document.getElementById("live-data").textContent));

export const make = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
};
