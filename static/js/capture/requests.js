// Asking the server, and what its refusals mean for somebody whose words wait here.
export const SIGNED_OUT = "You are signed out. Everything waits here: sign in in another tab and it goes on by itself.";
const REFUSALS = {
  403: "You may not write in this interview any more, or your sign-in is too old: reload the page. What you typed stays in this browser.",
  404: "This interview is no longer within your reach. What you typed stays in this browser.",
};

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// The response; null if there is none.
export const ask = async (url, options = {}) => {
  try {
    return await fetch(url, { redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(10_000), ...options });
  } catch {
    return null;
  }
};
export const post = (url, { headers, ...options }) => ask(url, { method: "POST", headers: { ...headers, "X-CSRFToken": token() }, ...options });

// In the outbox's words: {offline} | {again} | {stop, message}.
export const refusal = async (response) => {
  if (!response) return { offline: true };
  if (response.status >= 500) return { offline: true, message: (await response.json().catch(() => ({}))).message };
  if (response.type === "opaqueredirect" || response.status === 401) return { stop: true, message: SIGNED_OUT };
  const data = await response.json().catch(() => ({}));
  if (data.error === "again") return { again: true };
  return { stop: true, message: data.message || REFUSALS[response.status] || `The server refused the change (${response.status}). It stays in this browser.` };
};
