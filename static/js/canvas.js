// The canvas page: keys, dragging, saving, and what others change. Cards are drawn by cards.js from plain data.
const root = document.querySelector("[data-canvas]");
const data = root && JSON.parse(document.getElementById("canvas-data").textContent);
const POLL = 2000;
const AUTOSAVE = 800;

const start = async () => {
  const { createModel, createView } = await import(root.dataset.cardsModule);
  const fields = [...root.querySelectorAll("[data-field]")];
  const model = createModel(data.cards);
  const view = createView(model, fields, { readonly: data.readonly, icons: root.dataset.icons, actionsUrl: `${root.dataset.actions}?canvas=${data.canvas}` });
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  const memory = `canvas:${data.user}:${data.canvas}`;
  const says = root.querySelector("[data-canvas-say]");
  const notes = new Map();
  const deleted = new Set();
  let seq = data.seq;
  let editing = null;
  let drag = null;

  const say = (text) => { says.textContent = ""; requestAnimationFrame(() => { says.textContent = text; }); };
  const toast = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));
  const note = (key, more) => notes.set(key, { ...notes.get(key), ...more });
  const fieldOf = (phase, lane) => fields.find((field) => Number(field.dataset.inPhase) === phase && field.dataset.lane === lane);
  const nameOf = (phase, lane) => `${data.lanes[lane]}, ${data.phases[phase]}`;
  const draw = () => {
    view.draw((key) => ({ ...notes.get(key), waiting: queue.some((entry) => entry.key === key) }));
    for (const slot of root.querySelectorAll("[data-phase-count]")) {
      const n = model.all().filter((card) => card.phase === Number(slot.dataset.phaseCount)).length;
      slot.textContent = `${n} ${n === 1 ? "card" : "cards"}`;
    }
    rove();
  };

  // --- saving: one change after the other; what waits is kept in this browser until the server has it ----------
  const kept = () => { try { return JSON.parse(localStorage.getItem(memory) ?? "[]"); } catch { return []; } };
  const keep = () => { try { queue.length ? localStorage.setItem(memory, JSON.stringify(queue)) : localStorage.removeItem(memory); } catch { /* private window */ } };
  const queue = data.readonly ? [] : kept();
  let sending = false;
  let retry = 0;
  const state = (name) => document.dispatchEvent(new CustomEvent("save-state", { detail: { state: name, waiting: queue.length } }));

  const push = (entry) => {
    const last = queue.at(-1);
    // Typing on: the words that have not been sent yet are replaced, what they started from stays
    if (entry.op === "edit" && last?.op === "edit" && last.key === entry.key && !last.sent) Object.assign(last, { text: entry.text });
    else queue.push(entry);
    keep();
    state("saving");
    draw();
    flush();
  };

  const post = async (url, body) => {
    const form = new URLSearchParams(Object.entries(body).filter(([, value]) => value !== null && value !== undefined));
    const response = await fetch(url, { method: "POST", body: form, headers: { Accept: "application/json", "X-CSRFToken": token } });
    if (response.redirected || response.status >= 500) throw new Error(String(response.status));
    return { status: response.status, data: response.headers.get("Content-Type")?.includes("json") ? await response.json() : {} };
  };
  const url = (card, what) => `${root.dataset.cards}${card.id}/${what}/`;

  const request = (entry) => {
    const card = model.get(entry.key);
    if (entry.op === "add") return [root.dataset.cards, { key: entry.key, phase: entry.phase, lane: entry.lane, text: entry.text }];
    if (!card?.id && !entry.id) return null;
    const target = card ?? { id: entry.id };
    if (entry.op === "edit") return [url(target, "edit"), { text: entry.text, version: card?.version ?? 1 }];
    if (entry.op === "assume") return [url(target, "edit"), { assumption: entry.value ? 1 : 0, version: card?.version ?? 1 }];
    if (entry.op === "move") {
      const after = entry.after && model.get(entry.after)?.id;
      return [url(target, "move"), { phase: entry.phase, lane: entry.lane, after: entry.after ? after ?? "last" : "" }];
    }
    if (entry.op === "agree") return [url(target, "agree"), { agreed: entry.value ? 1 : 0 }];
    return [url(target, entry.op), {}];
  };

  const take = (card) => {
    // What I moved or typed since is newer than the answer to what I sent before
    const ahead = queue.slice(1).some((entry) => entry.key === card.key && entry.op === "move");
    const mine = model.get(card.key);
    model.put(ahead && mine ? { ...card, phase: mine.phase, lane: mine.lane, position: mine.position } : card);
  };

  const settle = (entry, { status, data: answer }) => {
    if (answer.card && status !== 410) take(answer.card);
    if (status === 200 || status === 201) {
      if (answer.gone) {
        toast({ text: "Card deleted.", undo: answer.undo });
      } else note(entry.key, { why: "" });
      return true;
    }
    const current = model.get(entry.key);
    if (status === 409 && entry.op === "edit") {
      // Only the version is newer, the words are those I started from: send again
      if (current.text === entry.base || current.text === entry.text) return current.text === entry.text;
      note(entry.key, { clash: { mine: entry.text, theirs: current.text } });
      say("Somebody changed this card while you wrote. Both texts are kept.");
    } else if (status === 409 && entry.op === "assume") return false;
    else if (status === 409) note(entry.key, { why: answer.message ?? "Somebody changed it meanwhile." });
    else if (status === 410) note(entry.key, { clash: { mine: entry.text ?? current?.text ?? "", theirs: null } });
    else if (status === 422) note(entry.key, { why: answer.message ?? "The server refused that." });
    else if (status === 403) note(entry.key, { why: "Your role in this study does not allow that. Nothing was changed." });
    else if (status === 404 && entry.op !== "add") toast({ text: "That canvas or card no longer exists.", level: "error" });
    else note(entry.key, { why: `The server could not do that (${status}).` });
    if (answer.message) say(answer.message);
    return true;
  };

  const flush = async () => {
    if (sending) return;
    sending = true;
    clearTimeout(retry);
    try {
      let again = 0;
      while (queue.length) {
        const entry = queue[0];
        const asked = request(entry);
        if (!asked) { queue.shift(); continue; }
        // Somebody else's words arrived before mine were sent: that is a conflict, not a newer version
        const card = model.get(entry.key);
        if (entry.op === "edit" && card && card.text !== entry.base && card.text !== entry.text) {
          note(entry.key, { clash: { mine: entry.text, theirs: card.text } });
          queue.shift();
          keep();
          continue;
        }
        entry.sent = true;
        const answer = await post(...asked);
        if (settle(entry, answer) || again > 3) {
          queue.shift();
          again = 0;
          // the next words of mine build on those that the server has now
          for (const next of queue) if (next.op === "edit" && next.key === entry.key && entry.op === "edit") next.base = entry.text;
        } else again += 1;
        keep();
        draw();
      }
      state("saved");
    } catch (error) {
      if (queue[0]) queue[0].sent = false;
      state("offline");
      retry = setTimeout(flush, 3000);
      if (!(error instanceof TypeError) && !/^\d+$/.test(error.message)) throw error;
    } finally {
      sending = false;
      draw();
    }
  };
  addEventListener("online", () => flush());

  // --- what others changed --------------------------------------------------------------------------------------
  let asking = false;
  const poll = async () => {
    if (asking || document.hidden || sending || queue.length || drag) return;
    asking = true;
    try {
      const response = await fetch(`${root.dataset.changes}?since=${seq}`, { headers: { Accept: "application/json" } });
      if (response.status === 200 && !response.redirected) merge(await response.json());
    } catch { /* the next question comes in two seconds */ } finally {
      asking = false;
    }
  };
  const merge = (news) => {
    if (queue.length || sending) return;
    seq = Math.max(seq, news.seq);
    let changed = 0;
    let added = 0;
    let gone = 0;
    for (const card of news.cards) {
      const mine = model.get(card.key);
      if (mine && mine.version >= card.version && mine.seq >= card.seq) continue;
      if (mine && mine.version === card.version && mine.links === card.links && mine.actions === card.actions) { model.put(card); continue; }
      mine ? changed += 1 : added += 1;
      if (!mine) note(card.key, { fresh: true });
      model.put(card);
    }
    for (const key of news.gone) {
      if (!model.get(key)) continue;
      gone += 1;
      // Words that somebody is writing outlive the card: saving them asks what shall become of it
      if (editing?.key === key) deleted.add(key);
      else if (!notes.get(key)?.clash) model.remove(key);
    }
    if (!(changed || added || gone)) return draw();
    draw();
    const parts = [[added, "added"], [changed, "changed"], [gone, "deleted"]].filter(([n]) => n).map(([n, word]) => `${n} ${n === 1 ? "card" : "cards"} ${word}`);
    say(`${parts.join(", ")} by somebody else or in another window.`);
    return undefined;
  };
  setInterval(poll, POLL);
  document.addEventListener("visibilitychange", poll);
  document.addEventListener("canvas-changed", () => setTimeout(poll, 0));

  // --- walking over the canvas ------------------------------------------------------------------------------------
  const cardsIn = (field) => [...field.querySelectorAll(".cv-card")];
  const stops = (field) => [...cardsIn(field), ...field.querySelectorAll(".cv-add textarea")];
  const shown = (element) => element.getClientRects().length > 0;
  const rove = () => {
    const all = [...root.querySelectorAll(".cv-card")];
    const current = all.find((card) => card === document.activeElement) ?? all.find((card) => card.tabIndex === 0) ?? all[0];
    for (const card of all) card.tabIndex = card === current ? 0 : -1;
  };
  const focus = (element) => {
    if (!element) return;
    showPhase(element.closest("[data-field]")?.dataset.inPhase);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (element.matches(".cv-card")) rove();
  };
  const keyOf = (element) => element?.closest?.("[data-key]")?.dataset.key;

  const walk = (from, key) => {
    const field = from.closest("[data-field]");
    const phase = Number(field.dataset.inPhase);
    const inColumn = (number) => fields.filter((each) => Number(each.dataset.inPhase) === number);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const next = fieldOf(phase + (key === "ArrowRight" ? 1 : -1), field.dataset.lane);
      if (!next) return;
      const here = stops(field).indexOf(from);
      showPhase(next.dataset.inPhase);
      focus(stops(next)[Math.min(here, stops(next).length - 1)] ?? null);
      return;
    }
    const column = inColumn(phase).flatMap(stops);
    focus(column[column.indexOf(from) + (key === "ArrowDown" ? 1 : -1)]);
  };

  const showPhase = (phase) => {
    if (!phase || root.dataset.shownPhase === String(phase)) return;
    root.dataset.shownPhase = phase;
    for (const tab of root.querySelectorAll("[data-phase-tab]")) {
      if (tab.dataset.phaseTab === String(phase)) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  };

  // --- changing cards ---------------------------------------------------------------------------------------------
  const add = (field, text, index = null) => {
    const [phase, lane] = [Number(field.dataset.inPhase), field.dataset.lane];
    const key = crypto.randomUUID();
    const place = model.place(key, phase, lane, index ?? model.field(phase, lane).length);
    model.put({ key, id: null, phase, lane, position: place.position, text, state: "idea", assumption: false, links: 0, actions: 0, version: 1, seq: 0 });
    push({ op: "add", key, phase, lane, text });
    say(`Card added to ${nameOf(phase, lane)}.`);
    return key;
  };

  const move = (key, phase, lane, index) => {
    const card = model.get(key);
    const place = model.place(key, phase, lane, index);
    model.put({ ...card, phase, lane, position: place.position });
    note(key, { why: "" });
    push({ op: "move", key, phase, lane, after: place.after });
    const among = model.field(phase, lane);
    say(`Moved to ${nameOf(phase, lane)}, place ${among.findIndex((each) => each.key === key) + 1} of ${among.length}.`);
    focus(view.element(key));
  };

  const nudge = (key, arrow) => {
    const card = model.get(key);
    const lanes = Object.keys(data.lanes);
    const among = model.field(card.phase, card.lane);
    const index = among.indexOf(card);
    const step = arrow === "ArrowDown" || arrow === "ArrowRight" ? 1 : -1;
    if (arrow === "ArrowLeft" || arrow === "ArrowRight") {
      const phase = card.phase + step;
      if (phase < 1 || phase > 4) return say(`${data.phases[card.phase]} is the ${step > 0 ? "last" : "first"} phase.`);
      return move(key, phase, card.lane, Math.min(index, model.field(phase, card.lane).length));
    }
    if (among[index + step]) return move(key, card.phase, card.lane, index + step);
    const lane = lanes[lanes.indexOf(card.lane) + step];
    if (!lane) return say("There is no row beyond this one.");
    return move(key, card.phase, lane, step > 0 ? 0 : model.field(card.phase, lane).length);
  };

  const endEdit = ({ stay = true } = {}) => {
    if (!editing) return;
    const { key, area } = editing;
    clearTimeout(editing.timer);
    saveEdit();
    if (deleted.delete(key) && editing.saved === editing.start) model.remove(key);
    editing = null;
    const element = area.closest(".cv-card");
    area.remove();
    element.querySelector(".cv-text").hidden = false;
    view.forget(key);
    if (!model.get(key)) element.remove();
    draw();
    if (stay) focus(view.element(key));
  };
  const saveEdit = () => {
    const text = editing.area.value.trim();
    if (!text || text === editing.saved) return;
    push({ op: "edit", key: editing.key, text, base: editing.saved });
    editing.saved = text;
  };
  const edit = (key) => {
    endEdit({ stay: false });
    const card = model.get(key);
    const element = view.element(key);
    if (!card || !element || data.readonly) return;
    const area = document.createElement("textarea");
    area.className = "cv-edit";
    area.value = card.text;
    area.maxLength = 2000;
    area.setAttribute("aria-label", "Text of the card. Escape ends.");
    area.dataset.grow = "";
    const text = element.querySelector(".cv-text");
    text.hidden = true;
    text.after(area);
    editing = { key, area, start: card.text, saved: card.text, timer: 0 };
    area.addEventListener("input", () => {
      clearTimeout(editing?.timer);
      if (editing) editing.timer = setTimeout(() => { if (editing) saveEdit(); }, AUTOSAVE);
    });
    area.addEventListener("blur", () => { if (editing?.area === area && !drag) endEdit({ stay: false }); });
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  };

  const open = (address) => window.htmx?.ajax("GET", address, { target: "#cv-panel-body", swap: "innerHTML" });
  const makeAction = (card) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = url(card, "action");
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "csrfmiddlewaretoken", value: token });
    form.append(field);
    document.body.append(form);
    form.submit();
  };
  const neighbour = (key) => {
    const element = view.element(key);
    return element.nextElementSibling ?? element.previousElementSibling ?? element.closest("[data-field]").querySelector(".cv-add textarea");
  };

  const acts = {
    edit: (card) => edit(card.key),
    move: (card) => openMove(card),
    link: (card) => card.id && open(url(card, "link")),
    quotes: (card) => card.id && open(url(card, "quotes")),
    assume(card) {
      model.put({ ...card, assumption: !card.assumption });
      push({ op: "assume", key: card.key, value: !card.assumption });
      say(card.assumption ? "No longer marked as an assumption." : "Marked as an assumption.");
    },
    agree(card) {
      note(card.key, { why: "" });
      push({ op: "agree", key: card.key, value: card.state !== "agreed" });
    },
    action: (card) => card.id && makeAction(card),
    delete(card) {
      const next = neighbour(card.key);
      model.remove(card.key);
      view.forget(card.key);
      if (card.id) push({ op: "delete", key: card.key, id: card.id });
      else { queue.splice(0, queue.length, ...queue.filter((entry) => entry.key !== card.key || entry.sent)); draw(); }
      say("Card deleted. Undo is in the notice.");
      focus(next);
    },
    "take-mine"(card) {
      const { mine, theirs } = notes.get(card.key).clash;
      note(card.key, { clash: null });
      if (theirs === null) push({ op: "restore", key: card.key, id: card.id });
      if (mine !== card.text) push({ op: "edit", key: card.key, text: mine, base: card.text });
      else draw();
    },
    "take-theirs"(card) {
      if (notes.get(card.key).clash.theirs === null) { model.remove(card.key); view.forget(card.key); }
      note(card.key, { clash: null });
      draw();
    },
    "take-both"(card) {
      const { mine } = notes.get(card.key).clash;
      note(card.key, { clash: null });
      const index = model.field(card.phase, card.lane).findIndex((each) => each.key === card.key);
      const key = add(fieldOf(card.phase, card.lane), mine);
      move(key, card.phase, card.lane, index + 1);
    },
  };

  // --- move to… -----------------------------------------------------------------------------------------------------
  const dialog = document.getElementById("move-card");
  const [toPhase, toLane, toPlace] = ["move-phase", "move-lane", "move-place"].map((id) => document.getElementById(id));
  let moving = "";
  const fillPlaces = () => {
    const others = model.field(Number(toPhase.value), toLane.value).filter((card) => card.key !== moving);
    const options = [["0", "first"], ...others.map((card, index) => [String(index + 1), `after “${card.text.slice(0, 60)}”`])];
    toPlace.replaceChildren(...options.map(([value, label]) => new Option(label, value)));
    toPlace.value = String(others.length);
  };
  const openMove = (card) => {
    moving = card.key;
    document.querySelector("[data-move-text]").textContent = card.text;
    toPhase.value = card.phase;
    toLane.value = card.lane;
    fillPlaces();
    dialog.returnValue = "";
    dialog.showModal();
    toPhase.focus();
  };
  if (dialog) {
    toPhase.addEventListener("change", fillPlaces);
    toLane.addEventListener("change", fillPlaces);
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "move" && model.get(moving)) move(moving, Number(toPhase.value), toLane.value, Number(toPlace.value));
      else focus(view.element(moving));
    });
  }

  // --- keys and clicks ----------------------------------------------------------------------------------------------
  const single = () => document.documentElement.dataset.singleKeys !== "off";
  const letters = { m: "move", l: "link", o: "quotes", a: "agree", u: "assume" };

  const onCard = (event, card) => {
    if (event.key.startsWith("Arrow") && event.altKey && !data.readonly) return nudge(card.key, event.key);
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    if (event.key.startsWith("Arrow")) return walk(event.target, event.key);
    if (event.key === "o" && single()) return acts.quotes(card);
    if (data.readonly) return false;
    if (event.key === "Enter" || event.key === "F2") return acts.edit(card);
    if (event.key === "Delete" || event.key === "Backspace") return acts.delete(card);
    if (!single()) return false;
    if (event.key === "n") return focus(event.target.closest("[data-field]").querySelector(".cv-add textarea"));
    return letters[event.key] ? acts[letters[event.key]](card) : false;
  };

  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const area = event.target;
    if (area.matches(".cv-edit")) {
      if (event.key !== "Escape" && !(event.key === "Enter" && !event.shiftKey)) return;
      event.preventDefault();
      endEdit();
    } else if (area.matches(".cv-add textarea")) {
      const empty = !area.value.trim();
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        if (empty) return;
        add(area.closest("[data-field]"), area.value.trim());
        area.value = "";
      } else if (empty && event.key.startsWith("Arrow") && !event.altKey) {
        event.preventDefault();
        walk(area, event.key);
      } else if (event.key === "Escape" && !empty) {
        event.preventDefault();
        focus(cardsIn(area.closest("[data-field]")).at(-1) ?? area);
      }
    } else if (area.matches(".cv-card")) {
      const card = model.get(area.dataset.key);
      if (card && onCard(event, card) !== false) event.preventDefault();
    } else if (event.key === "Escape" && area.closest(".cv-card") && !area.closest("details[open]")) {
      event.preventDefault();
      focus(area.closest(".cv-card"));
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !single() || data.readonly) return;
    if (event.key !== "n" || event.target.closest("input, textarea, select, dialog[open]")) return;
    event.preventDefault();
    const first = fields.find((field) => shown(field));
    focus(first.querySelector(".cv-add textarea"));
  });

  root.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]");
    const card = model.get(keyOf(event.target));
    if (act && card) acts[act.dataset.act](card);
    else if (card && event.target.closest(".cv-text") && !data.readonly && !justDragged) edit(card.key);
  });
  root.addEventListener("focusin", (event) => {
    if (event.target.matches(".cv-card")) rove();
    showPhase(event.target.closest("[data-field]")?.dataset.inPhase);
  });
  root.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-add]")) return;
    event.preventDefault();
    const area = event.target.querySelector("textarea");
    if (area.value.trim()) add(area.closest("[data-field]"), area.value.trim());
    area.value = "";
  });
  // A menu that opens at the edge of the window is brought into it
  root.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".cv-menu[open]")) event.target.querySelector(".menu-list").scrollIntoView({ block: "nearest" });
  }, true);
  document.addEventListener("submit", (event) => {
    // Undo of a deletion: bring the card back without leaving the page
    const form = event.target.closest(".notice form");
    if (!form?.action.includes("/cards/") || !form.action.endsWith("/restore/")) return;
    event.preventDefault();
    post(form.action, {}).then(({ status, data: answer }) => {
      form.closest(".notice").remove();
      if (status !== 200) return;
      model.put(answer.card);
      draw();
      focus(view.element(answer.card.key));
      say("Card brought back.");
    }, () => toast({ text: "The server cannot be reached. Try Undo again in a moment.", level: "error" }));
  });

  // --- dragging -----------------------------------------------------------------------------------------------------
  let justDragged = false;
  const gap = document.createElement("li");
  gap.className = "cv-gap";
  gap.setAttribute("aria-hidden", "true");
  const beginDrag = (event) => {
    endEdit({ stay: false });
    const { element } = drag;
    const box = element.getBoundingClientRect();
    const ghost = element.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.classList.add("cv-ghost");
    ghost.style.width = `${box.width}px`;
    document.body.append(ghost);
    element.classList.add("is-dragged");
    document.body.classList.add("cv-dragging");
    Object.assign(drag, { ghost, dx: event.clientX - box.left, dy: event.clientY - box.top, begun: true });
  };
  const aim = (x, y) => {
    for (const field of fields) field.classList.remove("drop-here");
    const field = document.elementFromPoint(x, y)?.closest("[data-field]");
    gap.remove();
    drag.field = field ?? null;
    if (!field) return;
    field.classList.add("drop-here");
    const others = cardsIn(field).filter((card) => card !== drag.element);
    const below = others.findIndex((card) => { const box = card.getBoundingClientRect(); return y < box.top + box.height / 2; });
    drag.index = below < 0 ? others.length : below;
    const list = field.querySelector("[data-list]");
    list.insertBefore(gap, others[drag.index] ?? null);
  };
  const edge = (y) => {
    const scroller = root.querySelector("[data-scroll]");
    const box = scroller.getBoundingClientRect();
    const step = y < box.top + 60 ? -14 : y > Math.min(box.bottom, innerHeight) - 50 ? 14 : 0;
    if (step) (scroller.scrollHeight > scroller.clientHeight ? scroller : root.closest(".work")).scrollBy(0, step);
  };
  const stopDrag = (drop) => {
    if (!drag) return;
    const { element, ghost, field, index, begun, pointer, holder } = drag;
    ghost?.remove();
    gap.remove();
    element.classList.remove("is-dragged");
    document.body.classList.remove("cv-dragging");
    for (const each of fields) each.classList.remove("drop-here");
    if (holder.hasPointerCapture?.(pointer)) holder.releasePointerCapture(pointer);
    drag = null;
    if (!begun) return;
    justDragged = true;
    setTimeout(() => { justDragged = false; }, 0);
    if (drop && field) move(element.dataset.key, Number(field.dataset.inPhase), field.dataset.lane, index);
    else say("Left where it was.");
  };
  if (!data.readonly) {
    root.addEventListener("pointerdown", (event) => {
      const element = event.target.closest(".cv-card");
      if (!element || event.button || event.target.closest("button, a, summary, textarea, .menu-list, .cv-clash")) return;
      // A finger scrolls the page unless it takes the grip
      if (event.pointerType !== "mouse" && !event.target.closest("[data-grip]")) return;
      drag = { element, x: event.clientX, y: event.clientY, pointer: event.pointerId, holder: root };
    });
    document.addEventListener("pointermove", (event) => {
      if (!drag || event.pointerId !== drag.pointer) return;
      if (!drag.begun && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 5) return;
      if (!drag.begun) beginDrag(event);
      event.preventDefault();
      drag.ghost.style.transform = `translate(${event.clientX - drag.dx}px, ${event.clientY - drag.dy}px)`;
      edge(event.clientY);
      aim(event.clientX, event.clientY);
    }, { passive: false });
    document.addEventListener("pointerup", (event) => drag && event.pointerId === drag.pointer && stopDrag(true));
    document.addEventListener("pointercancel", () => stopDrag(false));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !drag?.begun) return;
      event.preventDefault();
      event.stopPropagation();
      stopDrag(false);
    }, true);
  }

  // --- panel, outline, strip, phases -------------------------------------------------------------------------------------
  const panel = document.getElementById("cv-panel");
  let opener = null;
  const closePanel = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    for (const chip of root.querySelectorAll(".cv-chip[aria-current]")) chip.removeAttribute("aria-current");
    const back = opener?.isConnected ? opener : view.element(opener?.dataset?.key ?? "");
    back?.focus();
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id !== "cv-panel-body" || panel.contains(document.activeElement)) return;
    const here = document.activeElement;
    opener = here?.closest?.(".cv-card") ?? here;
    for (const chip of root.querySelectorAll(".cv-chip")) chip.toggleAttribute("aria-current", chip === here);
    for (const chip of root.querySelectorAll(".cv-chip[aria-current]")) chip.setAttribute("aria-current", "true");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "cv-panel-body") return;
    panel.hidden = false;
    panel.scrollTop = 0;
    (panel.querySelector("input[type=search]") ?? panel).focus({ preventScroll: true });
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close-panel]")) return;
    event.preventDefault();
    closePanel();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    closePanel();
  });

  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* lasts for this page */ } };
  const recall = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const toggle = (selector, attribute, on, off, inverse = false) => {
    const button = root.querySelector(selector);
    const set = (value) => {
      root.dataset[attribute] = value;
      button.setAttribute("aria-pressed", String((value === on) !== inverse));
      remember(`canvas-${attribute}`, value);
    };
    button.hidden = false;
    set(recall(`canvas-${attribute}`) === on ? on : off);
    button.addEventListener("click", () => set(root.dataset[attribute] === on ? off : on));
  };
  toggle("[data-view-toggle]", "view", "outline", "grid");
  toggle("[data-strip-toggle]", "strip", "hidden", "shown", true);
  root.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-phase-tab]");
    if (!tab) return;
    event.preventDefault();
    showPhase(tab.dataset.phaseTab);
  });

  addEventListener("pagehide", () => { if (editing) saveEdit(); });
  addEventListener("beforeunload", (event) => {
    if (editing) saveEdit();
    if (queue.length) event.preventDefault();
  });

  // What an earlier page could not send is shown and sent now
  for (const entry of queue) {
    entry.sent = false;
    if (entry.op === "add" && !model.get(entry.key)) {
      const { position } = model.place(entry.key, entry.phase, entry.lane, model.field(entry.phase, entry.lane).length);
      model.put({ key: entry.key, id: null, phase: entry.phase, lane: entry.lane, position, text: entry.text, state: "idea", assumption: false, links: 0, actions: 0, version: 1, seq: 0 });
    }
  }
  draw();
  root.dataset.ready = "";
  if (queue.length) flush();
  const wanted = /^#card-([\w-]+)$/.exec(location.hash)?.[1];
  if (wanted && view.element(wanted)) focus(view.element(wanted));
  if (/^#phase-[1-4]$/.test(location.hash)) showPhase(location.hash.at(-1));
};

if (root) start();
