// The outbox: every change stands in the browser's own storage before it is sent, and leaves it when the server has it.
//
// An entry: {uid, order, key, type, id, sent, …}. Types: "element" (base_version, fields, base), "asked", "coverage"
// (value), "timer" (running, elapsed_ms, at) and "header" (fields, base). `key` is user:study:interview.
// Once an entry was handed to the network it is frozen: the same bytes go again until they are acknowledged, so a
// lost answer doubles nothing. What is typed meanwhile becomes a new entry.
const DATABASE = "studio-capture";
const BATCH = 100;
const PAUSES = [1000, 2000, 4000, 8000, 15000];

export const merge = (old, next) => {
  if (old.type === "element" || old.type === "header") {
    return { ...old, fields: { ...old.fields, ...next.fields }, base: { ...next.base, ...old.base } };
  }
  return { ...old, ...next, uid: old.uid, order: old.order };
};

// The entry that `next` may be folded into: the last one about the same thing, if nobody has sent it yet.
export const foldable = (entries, next) => {
  const same = entries.filter((entry) => entry.type === next.type && entry.id === next.id);
  const last = same.at(-1);
  return last && (!last.sent || last.refused) ? last : null;
};

const inOrder = (entries) => entries.sort((a, b) => a.order - b.order);
let counter = 0;
const newEntry = (key, change) => ({ ...change, key, uid: crypto.randomUUID(), order: Date.now() * 1000 + (counter++ % 1000), sent: false });
const fold = (entries, key, change) => {
  const there = foldable(entries, change);
  if (!there) return newEntry(key, change);
  const { refused, ...kept } = merge(there, change);
  return { ...kept, sent: false };
};

export const memoryStore = () => {
  let entries = [];
  const snapshots = new Map();
  const own = (key) => inOrder(entries.filter((entry) => entry.key === key));
  const put = (entry) => { entries = [...entries.filter((each) => each.uid !== entry.uid), entry]; };
  return {
    kind: "memory",
    async add(key, change) { put(fold(own(key), key, change)); },
    async list(key) { return own(key); },
    async take(key, most) {
      const batch = own(key).filter((entry) => !entry.refused).slice(0, most).map((entry) => ({ ...entry, sent: true }));
      batch.forEach(put);
      return batch;
    },
    async settle(key, gone, refused) {
      entries = entries.filter((entry) => !gone.includes(entry.uid));
      for (const [uid, errors] of refused) for (const entry of own(key)) if (entry.uid === uid) put({ ...entry, refused: errors });
    },
    async save(key, snapshot) { snapshots.set(key, snapshot); },
    async load(key) { return snapshots.get(key) ?? null; },
  };
};

const localStore = (storage) => {
  const name = (key) => `${DATABASE}:outbox:${key}`;
  const read = (key) => JSON.parse(storage.getItem(name(key)) ?? "[]");
  const write = (key, entries) => storage.setItem(name(key), JSON.stringify(entries));
  return {
    kind: "localStorage",
    async add(key, change) {
      const entries = read(key);
      const entry = fold(entries, key, change);
      write(key, inOrder([...entries.filter((each) => each.uid !== entry.uid), entry]));
    },
    async list(key) { return read(key); },
    async take(key, most) {
      const uids = new Set(read(key).filter((entry) => !entry.refused).slice(0, most).map((entry) => entry.uid));
      write(key, read(key).map((entry) => (uids.has(entry.uid) ? { ...entry, sent: true } : entry)));
      return read(key).filter((entry) => uids.has(entry.uid));
    },
    async settle(key, gone, refused) {
      const errors = new Map(refused);
      write(key, read(key).filter((entry) => !gone.includes(entry.uid)).map((entry) => (errors.has(entry.uid) ? { ...entry, refused: errors.get(entry.uid) } : entry)));
    },
    async save(key, snapshot) { storage.setItem(`${DATABASE}:snapshot:${key}`, JSON.stringify(snapshot)); },
    async load(key) { return JSON.parse(storage.getItem(`${DATABASE}:snapshot:${key}`) ?? "null"); },
  };
};

const request = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const openDatabase = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open(DATABASE, 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("outbox", { keyPath: "uid" }).createIndex("key", "key");
    asked.result.createObjectStore("snapshots");
  };
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
  asked.onblocked = () => reject(new Error("blocked"));
});

const databaseStore = (database) => {
  // Strict: the words are on the disk, not only in the system's memory, when the promise resolves
  const inside = (store, mode, work) => new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, mode === "readwrite" ? { durability: "strict" } : {});
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
    work(transaction.objectStore(store)).then((value) => { result = value; }, (error) => { transaction.abort(); reject(error); });
  });
  const own = async (store, key) => inOrder(await request(store.index("key").getAll(key)));
  return {
    kind: "indexedDB",
    add: (key, change) => inside("outbox", "readwrite", async (store) => { store.put(fold(await own(store, key), key, change)); }),
    list: (key) => inside("outbox", "readonly", (store) => own(store, key)),
    take: (key, most) => inside("outbox", "readwrite", async (store) => {
      const batch = (await own(store, key)).filter((entry) => !entry.refused).slice(0, most).map((entry) => ({ ...entry, sent: true }));
      for (const entry of batch) store.put(entry);
      return batch;
    }),
    settle: (key, gone, refused) => inside("outbox", "readwrite", async (store) => {
      for (const uid of gone) store.delete(uid);
      for (const [uid, errors] of refused) {
        const entry = await request(store.get(uid));
        if (entry) store.put({ ...entry, refused: errors });
      }
    }),
    save: (key, snapshot) => inside("snapshots", "readwrite", async (store) => { store.put(snapshot, key); }),
    load: (key) => inside("snapshots", "readonly", (store) => request(store.get(key))).then((found) => found ?? null),
  };
};

export const openStore = async () => {
  try {
    return databaseStore(await openDatabase());
  } catch {
    try {
      localStorage.setItem(`${DATABASE}:probe`, "1");
      return localStore(localStorage);
    } catch {
      return memoryStore();
    }
  }
};

// The body of one request. Times of a running timer are brought up to now.
export const bodyOf = (user, entries, now = Date.now()) => {
  const body = { user, changes: [] };
  for (const entry of entries) {
    if (entry.type === "element") body.changes.push({ client_id: entry.id, base_version: entry.base_version, fields: entry.fields, base: entry.base });
    else if (entry.type === "asked" || entry.type === "coverage") (body[entry.type] ??= {})[entry.id] = entry.value;
    else if (entry.type === "timer") body.timer = { running: entry.running, elapsed_ms: Math.round(entry.elapsed_ms + (entry.running ? now - entry.at : 0)) };
    else body.header = { fields: { ...body.header?.fields, ...entry.fields }, base: { ...entry.base, ...body.header?.base } };
  }
  return body;
};

// `send(body)` answers {ok, data} | {offline} | {again} | {stop, message}; it never throws.
// `onChange()` after every change of `entries`; `onAnswer(data, batch)`, awaited, before acknowledged entries go;
// `onState({state, waiting, message})` with saving, saved, offline or error.
export const createOutbox = ({ store, key, user, send, onChange, onAnswer, onState, locks = globalThis.navigator?.locks, wait = setTimeout }) => {
  let entries = [];
  let fresh = [];
  let flushing = null;
  let wanted = false;
  let failures = 0;
  let retry = 0;

  const reload = async () => {
    entries = await store.list(key);
    onChange();
  };
  const waiting = () => [...entries, ...fresh].filter((entry) => !entry.refused).length;
  const report = (state, message = "") => onState({ state, message, waiting: waiting() });

  const alone = (work) => (locks ? locks.request(`${DATABASE}:${key}`, work) : work());

  const rejected = (data, batch) => {
    const changes = batch.filter((entry) => entry.type === "element");
    return changes.flatMap((entry, index) => (data.results?.[index]?.state === "refused" ? [[entry.uid, data.results[index].errors]] : []));
  };

  const sendAll = async () => {
    for (;;) {
      const batch = await store.take(key, BATCH);
      if (!batch.length) return { ok: true };
      report("saving");
      const answer = await send(bodyOf(user, batch));
      if (!answer.ok) return answer;
      const refused = rejected(answer.data, batch);
      const bad = new Set(refused.map(([uid]) => uid));
      await onAnswer(answer.data, batch);
      await store.settle(key, batch.map((entry) => entry.uid).filter((uid) => !bad.has(uid)), refused);
      await reload();
    }
  };

  const flushOnce = async () => {
    clearTimeout(retry);
    const answer = await alone(sendAll);
    await reload();
    if (answer.ok) {
      failures = 0;
      report(fresh.length || wanted ? "saving" : "saved"); // what was typed meanwhile is not there yet
      return;
    }
    const pause = answer.again && failures < 3 ? 100 : PAUSES[Math.min(failures, PAUSES.length - 1)];
    failures += 1;
    retry = wait(() => { flush(); }, answer.stop ? PAUSES.at(-1) : pause);
    report(answer.stop ? "error" : "offline", answer.message);
  };

  const flush = async () => {
    if (flushing) {
      wanted = true;
      return flushing;
    }
    flushing = (async () => {
      do {
        wanted = false;
        await flushOnce();
      } while (wanted);
    })().finally(() => { flushing = null; });
    return flushing;
  };

  return {
    get entries() { return [...entries, ...fresh]; },
    get waiting() { return waiting(); },
    reload,
    flush,
    // Resolves when the change is safe on this machine; sending goes on by itself.
    async push(change) {
      const shown = { ...change, uid: `fresh-${counter++}` };
      fresh.push(shown);
      report("saving");
      onChange();
      try {
        await store.add(key, change);
      } catch (error) {
        report("error", `This browser could not keep the change (${error?.name ?? "full"}). Leave the page open.`);
        throw error;
      }
      entries = await store.list(key);
      fresh = fresh.filter((entry) => entry !== shown);
      onChange();
      flush();
    },
  };
};
