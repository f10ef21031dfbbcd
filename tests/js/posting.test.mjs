import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SIGNED_OUT, post, why } from "../../static/js/posting.js";

const told = [];
beforeEach(() => {
  told.length = 0;
  globalThis.document = {
    body: { getAttribute: () => '{"X-CSRFToken": "t"}' },
    documentElement: { dataset: {} },
    getElementById: () => null,
    querySelector: () => ({ dataset: {} }),
    dispatchEvent: ({ type, detail }) => told.push(type === "toast" ? detail.text : detail.state),
  };
  globalThis.addEventListener = () => {};
});
const answering = (t, answer) => t.mock.method(globalThis, "fetch", async () => answer);
// What the fetch of somebody who is signed out comes to in the end
const toSignIn = () => Object.defineProperty(new Response("<form>", { headers: { "Content-Type": "text/html" } }), "redirected", { value: true });

test("a refusal is told in the words of the server, and what came of no answer in its own", async (t) => {
  answering(t, new Response("It moved.", { status: 409 }));
  await assert.rejects(post("/", {}), /^Error: It moved\.$/);
  assert.match(why(new TypeError("failed")), /cannot be reached/);
});

test("the page to sign in is no piece of the page that asked", async (t) => {
  answering(t, toSignIn());
  await assert.rejects(post("/", {}), new Error(SIGNED_OUT));
});

test("nor the canvas nor the transcript take it for an answer", async (t) => {
  answering(t, toSignIn());
  const canvas = await import("../../static/js/canvas/requests.js");
  const { createSending } = await import("../../static/js/transcript/sending.js");

  await assert.rejects(canvas.post("/", {}), new Error(SIGNED_OUT));
  const { ok } = await createSending({ heard() {} }).send("/", () => new FormData());

  assert.equal(ok, false);
  assert.deepEqual(told, ["saving", "error", SIGNED_OUT]);
});
