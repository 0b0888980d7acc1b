// The demo phone: dials a line, shows and speaks what the caller hears, and plays volunteers' own phones by hand.
import { CALLERS, KEYS, WORDS } from "/phone/words.js";

const $ = (id) => document.getElementById(id);
const OVER = new Set(["completed", "busy", "no-answer", "failed", "canceled"]);
let language = localStorage.getItem("demo-phone-language") === "en" ? "en" : "zh";
let lines = [];
let phones = [];
let call = null; // the caller's call, as last told
let shown = 0; // how many of its heard things are on the page

const words = () => WORDS[language];

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function button(text, testId, act, name = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.className = name;
  made.dataset.testid = testId;
  made.addEventListener("click", act);
  return made;
}

function options(select, items) {
  const kept = select.value;
  select.replaceChildren(...items.map(([value, text]) => new Option(text, value)));
  if (items.some(([value]) => value === kept)) select.value = kept;
}

// --- what is heard -------------------------------------------------------------------------------------------------
function heardText(item) {
  const seconds = Math.round(item.seconds * 10) / 10;
  const asides = {
    music: words().music,
    play: words().play,
    beep: words().beep,
    ringing: words().ringingTone,
    talk: words().talk,
    recording: words().recordingTone,
    silence: words().silence(seconds),
    pause: words().pause(seconds),
  };
  return item.kind === "say" ? item.text : (asides[item.kind] ?? item.kind);
}

function heardLine(item) {
  const line = document.createElement("li");
  line.textContent = heardText(item);
  if (item.kind === "say" && item.language) line.lang = item.language;
  if (item.kind !== "say") line.className = "aside";
  return line;
}

function speak(item) {
  if (item.kind !== "say" || !$("speak").checked || !("speechSynthesis" in window)) return;
  const voice = new SpeechSynthesisUtterance(item.text);
  voice.lang = item.language.startsWith("cmn") ? "zh-CN" : item.language;
  speechSynthesis.speak(voice);
}

function hushSpeech() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

// --- the caller's phone --------------------------------------------------------------------------------------------
function situation(state) {
  if (state.status !== "in-progress") return words()[state.status] ?? state.status;
  if (state.held) return words().held;
  if (state.sound === "talk") return words().talking;
  if (state.recording) return words().recording;
  if (state.in_conference && state.conference_status === "init") return words().waiting;
  if (state.in_queue) return words().waiting;
  if (state.in_conference) return words().alone;
  return words()["in-progress"];
}

function renderCall() {
  const live = Boolean(call) && !OVER.has(call.status);
  $("status").textContent = call ? situation(call) : words().idle;
  $("status").dataset.status = call?.status ?? "idle";
  const company = call?.sound === "talk" && call.with.length ? words().people(call.with.length) : "";
  $("with").textContent = live ? [company, call.gathering ? words().gathering : ""].filter(Boolean).join(" · ") : "";
  $("sound").dataset.on = String(live && Boolean(call.sound));
  $("hangup").disabled = !live;
  $("dial").disabled = live || lines.length === 0;
  for (const key of $("keypad").children) key.disabled = !live;
}

function hear(state) {
  const fresh = state.heard_count - shown;
  if (fresh <= 0) return;
  const log = $("heard");
  for (const item of state.heard.slice(-fresh)) {
    log.append(heardLine(item));
    speak(item);
  }
  while (log.children.length > 200) log.firstChild.remove();
  log.scrollTop = log.scrollHeight;
  shown = state.heard_count;
}

function take(state) {
  if (!call || state.sid !== call.sid) return;
  call = state;
  hear(state);
  if (OVER.has(state.status)) hushSpeech();
  renderCall();
}

async function dial(event) {
  event.preventDefault();
  $("dial-error").textContent = "";
  $("heard").replaceChildren();
  hushSpeech();
  shown = 0;
  try {
    const { sid } = await post("/emulator/calls", { to: $("line").value, from: $("caller").value });
    call = { sid, status: "ringing", with: [], heard: [], heard_count: 0 };
    renderCall();
    $("hangup").focus();
    take(await (await fetch(`/emulator/calls/${sid}`)).json());
  } catch {
    $("dial-error").textContent = words().dialFailed;
  }
}

async function press(digit) {
  if (!call || OVER.has(call.status)) return;
  hushSpeech();
  await post(`/emulator/calls/${call.sid}/digits`, { digits: digit }).catch(() => {});
}

async function hangUp() {
  if (call && !OVER.has(call.status)) await post(`/emulator/calls/${call.sid}/hangup`);
}

function tick() {
  const begun = call?.answered_at ? Date.parse(call.answered_at) : 0;
  const until = call?.ended_at ? Date.parse(call.ended_at) : Date.now();
  const seconds = begun ? Math.max(0, Math.floor((until - begun) / 1000)) : 0;
  $("clock").textContent = begun
    ? `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`
    : "";
}

// --- volunteers' own phones ----------------------------------------------------------------------------------------
const cards = new Map(); // sid → { card, note, log, status, language, shown }: kept, so that a click is never lost to a redraw

function phoneCard(state) {
  const card = document.createElement("li");
  card.className = "card";
  card.dataset.testid = `phone-${state.to}`;
  card.dataset.sid = state.sid;
  const title = document.createElement("p");
  title.className = "status";
  title.textContent = state.to;
  const note = document.createElement("p");
  note.className = "note";
  note.setAttribute("role", "status");
  const log = document.createElement("ol");
  log.className = "heard";
  log.setAttribute("role", "log");
  card.append(title, note);
  const base = `/emulator/calls/${state.sid}`;
  const sending = (path, body) => () => post(path, body).catch(() => {});
  if (state.status === "ringing") {
    const row = document.createElement("div");
    row.className = "row";
    const path = `/emulator/phones/${state.sid}`;
    row.append(
      button(words().answer, "answer", sending(path, { action: "answer" }), "go"),
      button(words().decline, "decline", sending(path, { action: "decline" }), "stop"),
    );
    card.append(row);
  } else {
    const pad = document.createElement("div");
    pad.className = "keypad";
    pad.append(...KEYS.map((key) => button(key, `phone-key-${key}`, sending(`${base}/digits`, { digits: key }))));
    card.append(log, pad, button(words().hangup, "phone-hangup", sending(`${base}/hangup`), "stop"));
  }
  return { card, note, log, status: state.status, language, shown: 0 };
}

function renderPhones() {
  const present = new Set(phones.map((state) => state.sid));
  for (const [sid, kept] of cards) {
    if (present.has(sid)) continue;
    kept.card.remove();
    cards.delete(sid);
  }
  for (const state of phones) {
    let kept = cards.get(state.sid);
    if (!kept || kept.status !== state.status || kept.language !== language) {
      const fresh = phoneCard(state);
      if (kept) kept.card.replaceWith(fresh.card);
      else $("phones").append(fresh.card);
      cards.set(state.sid, fresh);
      kept = fresh;
    }
    kept.note.textContent = `${situation(state)} · ${words().from} ${state.from}`;
    const news = state.heard_count - kept.shown;
    if (news > 0) kept.log.append(...state.heard.slice(-news).map(heardLine));
    kept.shown = state.heard_count;
    kept.log.scrollTop = kept.log.scrollHeight;
  }
  const ringing = phones.filter((item) => item.status === "ringing").length;
  $("ringing-count").textContent = String(ringing);
  $("ringing-count").hidden = ringing === 0;
  $("no-phones").hidden = phones.length > 0;
}

// --- the page ------------------------------------------------------------------------------------------------------
function renderLines() {
  const named = lines.map((item) => {
    const label = language === "zh" ? item.label_zh || item.label_en : item.label_en || item.label_zh;
    return [item.number, label ? `${label} · ${item.number}` : item.number];
  });
  options($("line"), named.length ? named : [["", words().noLines]]);
  options($("caller"), [...CALLERS.map((number) => [number, number]), ["anonymous", words().anonymous]]);
}

function renderAll() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const item of document.querySelectorAll("[data-zh]")) item.textContent = item.dataset[language];
  $("language").textContent = words().language;
  $("language").lang = language === "zh" ? "en" : "zh-CN";
  renderLines();
  renderCall();
  renderPhones();
}

function choose(tab) {
  for (const name of ["call", "phones"]) {
    const chosen = name === tab;
    $(`tab-${name}`).setAttribute("aria-selected", String(chosen));
    $(`tab-${name}`).tabIndex = chosen ? 0 : -1;
    $(`panel-${name}`).hidden = !chosen;
  }
}

function onKey(event) {
  const inField = event.target.closest("select, input");
  if (event.target.getAttribute("role") === "tab" && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    const other = event.target.id === "tab-call" ? "phones" : "call";
    choose(other);
    $(`tab-${other}`).focus();
  } else if (event.key === "Escape") {
    void hangUp();
  } else if (!inField && !$("panel-call").hidden && KEYS.includes(event.key) && !event.ctrlKey && !event.metaKey) {
    void press(event.key);
  }
}

async function loadLines() {
  lines = await (await fetch("/emulator/numbers")).json();
  renderLines();
  renderCall();
}

function listen() {
  const events = new EventSource("/emulator/events");
  events.addEventListener("open", () => {
    $("offline").hidden = true;
    void loadLines();
    if (call) void fetch(`/emulator/calls/${call.sid}`).then(async (answer) => answer.ok && take(await answer.json()));
  });
  events.addEventListener("error", () => {
    $("offline").hidden = false;
  });
  events.addEventListener("call", (event) => take(JSON.parse(event.data)));
  events.addEventListener("numbers", () => void loadLines());
  events.addEventListener("phones", (event) => {
    phones = JSON.parse(event.data);
    renderPhones();
  });
}

$("keypad").append(...KEYS.map((key) => button(key, `key-${key}`, () => void press(key))));
$("dial-form").addEventListener("submit", dial);
$("hangup").addEventListener("click", hangUp);
$("speak").addEventListener("change", () => $("speak").checked || hushSpeech());
$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("demo-phone-language", language);
  renderAll();
});
for (const name of ["call", "phones"]) $(`tab-${name}`).addEventListener("click", () => choose(name));
document.addEventListener("keydown", onKey);
setInterval(tick, 500);
renderAll();
listen();
