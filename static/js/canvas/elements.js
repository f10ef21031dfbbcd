// Small parts that several modules draw.
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
};

export const icon = (icons, name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
};

export const plural = (number, word, many = `${word}s`) => `${number} ${number === 1 ? word : many}`;
export const shorten = (text, most = 60) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);
export const toast = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));

export const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* lasts for this page */ } };
export const recall = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

// A part of the page's state that lives in the address, so that a view can be sent to a colleague.
export const inAddress = (name) => new URLSearchParams(location.search).get(name) ?? "";
export const toAddress = (name, value) => {
  const address = new URL(location.href);
  if (value) address.searchParams.set(name, value);
  else address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
};
