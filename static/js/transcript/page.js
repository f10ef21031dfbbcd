// The fixed places of the reading page, and its ways to speak.
export const root = document.documentElement;
export const turns = document.querySelector("[data-transcript]");
export const bar = document.querySelector("[data-codebar]");
export const panel = document.getElementById("element-panel");
export const coded = document.getElementById("coded");
export const writable = turns.dataset.readonly === "no";
export const singleKeys = () => root.dataset.singleKeys !== "off";

export const say = (text) => { document.querySelector("[data-say]").textContent = text; };
export const toast = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));

const element = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
export const saidOf = (node) => node && element(node)?.closest(".said");
export const turnOf = (node) => node && element(node)?.closest("[data-turn]");
