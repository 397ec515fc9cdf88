// SPDX-License-Identifier: Apache-2.0
//
// The page's behaviour, in the order: drawing (pictures with their faces,
// similarities on a scale), talking to the server, and each tab.
"use strict";

const $ = (id) => document.getElementById(id);

/// An element with attributes and children; text is only ever text.
function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "rect", "line", "text", "path"].includes(tag);
  const element = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Pictures

const colors = { match: "#2fbf71", possible: "#f0a030", unknown: "#e5533d" };
const accent = "#14b8c4";

/// Draws `faces` over a picture that is to fill `width` and `height` pixels of
/// the page at most.
function draw(canvas, picture, faces, width, height) {
  const scale = Math.min(1, devicePixelRatio *
    Math.min(width / picture.width, height / picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  drawFaces(context, faces, scale);
}

function drawFaces(context, faces, scale) {
  const width = Math.max(2 * devicePixelRatio, context.canvas.width / 250);
  const size = Math.max(13 * devicePixelRatio, context.canvas.width / 32);
  context.lineWidth = width;
  context.font = `600 ${size}px system-ui, sans-serif`;
  for (const face of faces) {
    const [x0, y0, x1, y1] = face.box.map((value) => value * scale);
    const color = colors[face.decision] ?? accent;
    context.strokeStyle = context.fillStyle = color;
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
    for (const [x, y] of face.landmarks ?? []) {
      context.beginPath();
      context.arc(x * scale, y * scale, width, 0, 2 * Math.PI);
      context.fill();
    }
    if (face.label) {
      const top = y0 > size * 1.4 ? y0 - size * 1.3 : y1;
      context.fillRect(x0, top, context.measureText(face.label).width + size,
        size * 1.3);
      context.fillStyle = "#10151a";
      context.fillText(face.label, x0 + size / 2, top + size);
    }
  }
}

/// Turns an element into a place for a picture: click, drop or paste.
function dropZone(zone, onPicture) {
  const hint = zone.dataset.picture === "b" ? "Another picture" : "A picture";
  const input = make("input", { type: "file", accept: "image/*",
    "aria-label": `${hint}: choose, drop or paste a file` });
  const text = make("p", {}, `${hint}: choose, drop or paste`);
  const canvas = make("canvas", { hidden: "", role: "img" });
  zone.append(text, canvas, input);
  const state = { file: null, bitmap: null, canvas };
  state.take = async (file) => {
    if (!file) return;
    Object.assign(state, { file, bitmap: null });
    try {
      state.bitmap = await createImageBitmap(file);
      state.show([]);
    } catch {  // the server may know the format; the browser does not
      text.textContent = file.name;
      text.hidden = false;
      canvas.hidden = true;
    }
    await onPicture();
  };
  state.show = (faces) => {
    if (!state.bitmap) return;
    draw(canvas, state.bitmap, faces, zone.clientWidth, 0.45 * innerHeight);
    canvas.setAttribute("aria-label", faces.length
      ? `${faces.length} marked` : `picture ${state.file.name}`);
    canvas.hidden = false;
    text.hidden = true;
  };
  input.addEventListener("change", () => state.take(input.files[0]));
  for (const [name, over] of [["dragover", true], ["dragleave", false],
    ["drop", false]]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", over);
      if (name === "drop") state.take(event.dataTransfer.files[0]);
    });
  }
  return state;
}

// Similarity

function rate(value) {
  return value >= 0.01 ? `${+(100 * value).toPrecision(2)} %`
    : `1 in ${(+(1 / value).toPrecision(2)).toLocaleString("en")}`;
}

/// The similarity on a line of `width` pixels, with the thresholds and the error
/// rates there.
function scale(answer, calibration, width) {
  const [low, high] = [-0.2, 1];
  const x = (value) =>
    (Math.min(Math.max(value, low), high) - low) / (high - low) * width;
  const svg = make("svg", { class: "scale", viewBox: `0 0 ${width} 92`,
    role: "img", "aria-label": `similarity ${answer.similarity.toFixed(3)}, ` +
      `match from ${answer.threshold.toFixed(3)}` });
  const zone = (from, to, name) => svg.append(make("rect", { x: x(from), y: 40,
    width: Math.max(0, x(to) - x(from)), height: 10, class: name }));
  zone(low, answer.possible_threshold, "track");
  zone(answer.possible_threshold, answer.threshold, "zone-possible");
  zone(answer.threshold, high, "zone-match");
  const write = (value, y, text, name = "") => svg.append(make("text",
    { x: x(value), y, class: name, "text-anchor":
      x(value) < 60 ? "start" : x(value) > width - 60 ? "end" : "middle" },
    text));
  let free = 0;  // where the next label may begin
  for (const point of calibration) {
    const decade = Math.log10(point.fmr);
    if (Math.abs(decade - Math.round(decade)) > 0.02) continue;
    svg.append(make("line", { x1: x(point.similarity), x2: x(point.similarity),
      y1: 50, y2: 58, class: "tick" }));
    const label = rate(point.fmr);
    const reach = 3.5 * label.length;
    if (x(point.similarity) - reach < free) continue;
    write(point.similarity, 71, label);
    free = x(point.similarity) + reach;
  }
  write(answer.threshold, 88, `match from ${answer.threshold.toFixed(2)}`);
  const at = x(answer.similarity);
  svg.append(make("path", { class: "mark",
    d: `M${at} 39 l-8 -13 h16 z` }));
  write(answer.similarity, 18, answer.similarity.toFixed(3), "value");
  return svg;
}

// The server

const access = { key: $("key"), collection: $("collection") };
for (const [name, input] of Object.entries(access)) {
  input.value = sessionStorage.getItem(name) ?? "";
  input.addEventListener("change", () => {
    sessionStorage.setItem(name, input.value.trim());
    showModels();
    refresh();
  });
}
$("access-form").addEventListener("submit", (event) => {
  event.preventDefault();
  $("access").open = false;
});

function problem(text) {
  $("problem").textContent = text;
  $("problem").hidden = !text;
}

/// Asks the server; its own words become the error.
async function ask(method, path, body) {
  const headers = {};
  const key = access.key.value.trim();
  const collection = access.collection.value.trim();
  if (key) headers["x-api-key"] = key;
  if (body && !(body instanceof FormData)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  if (collection) {
    path += (path.includes("?") ? "&" : "?") + "collection=" +
      encodeURIComponent(collection);
  }
  let response;
  try {
    response = await fetch(path, { method, headers, body });
  } catch {
    throw new Error("the server does not answer");
  }
  if (!response.ok) {
    const failure = await response.json().catch(() => ({}));
    if (response.status === 401) $("access").open = true;
    throw new Error(failure.message ?? `the server answered ${response.status}`);
  }
  return response;
}

const askJson = async (...request) => (await ask(...request)).json();

/// Runs `work`; shows what goes wrong.
async function attempt(work) {
  problem("");
  try {
    return await work();
  } catch (error) {
    problem(error.message);
    return null;
  }
}

let models = null;

async function showModels() {
  try {
    models = await askJson("GET", "v1/models");
    const { detector, embedder, verify } = models;
    $("models").textContent =
      `${detector.name}, ${embedder.name} (${embedder.precision}); ` +
      (verify.fmr === null
        ? "not calibrated, so no error rate is promised"
        : `a match at a false match rate of ${rate(verify.fmr)}`);
  } catch (error) {
    $("models").textContent = error.message;
  }
}

function form(fields) {
  const data = new FormData();
  for (const [name, file] of Object.entries(fields)) data.append(name, file);
  return data;
}

// Compare

const zones = {};
for (const zone of document.querySelectorAll(".drop")) {
  const run = zone.dataset.picture === "who" ? identify : compare;
  zones[zone.dataset.picture] = dropZone(zone, run);
}

const words = {
  match: "One person",
  possible: "Possibly one person",
  unknown: "Two people",
};

async function compare() {
  const { a, b } = zones;
  $("compare-answer").replaceChildren();
  if (!a.file || !b.file) return;
  const answer = await attempt(() =>
    askJson("POST", "v1/verify", form({ a: a.file, b: b.file })));
  if (!answer) return;
  a.show([{ ...answer.a, decision: answer.decision }]);
  b.show([{ ...answer.b, decision: answer.decision }]);
  $("compare-answer").append(
    make("p", { class: `verdict ${answer.decision}` }, words[answer.decision]),
    scale(answer, models?.embedder.calibration ?? [],
      $("compare-answer").clientWidth),
    make("p", { class: "note" }, answer.fmr === null
      ? "This model is not calibrated: the threshold promises no error rate."
      : `Of all pairs of two different people, ${rate(answer.fmr)} reach the ` +
        "threshold."));
}

// Who is this

function named(face) {
  const best = face.candidates[0];
  const name = face.decision === "unknown" ? "unknown" : best.subject;
  const mark = face.decision === "possible" ? "?" : "";
  return { ...face, label: name + mark };
}

async function identify() {
  const zone = zones.who;
  $("identify-answer").replaceChildren();
  const answer = await attempt(() =>
    askJson("POST", "v1/identify", form({ image: zone.file })));
  if (!answer) return;
  const faces = answer.faces.map(named);
  zone.show(faces);
  const rows = make("ul", { class: "rows" });
  for (const face of faces) {
    rows.append(make("li", {},
      make("strong", { class: `grow ${face.decision}` }, face.label),
      make("span", { class: "soft" }, face.candidates.map((candidate) =>
        `${candidate.subject} ${candidate.similarity.toFixed(3)}`)
        .join(" · "))));
  }
  $("identify-answer").append(
    faces.length ? rows : make("p", {}, "No face in this picture."),
    make("p", { class: "note" },
      `A name is given from a similarity of ${answer.threshold.toFixed(2)} on` +
      (answer.fpir === null ? "; this model is not calibrated."
        : `: of all strangers, ${rate(answer.fpir)} get one.`)));
}

// Enrol

const facesPath = (name) => `v1/subjects/${encodeURIComponent(name)}/faces`;

$("enrol-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = $("enrol-name").value.trim();
  problem("");
  for (const file of $("enrol-files").files) {
    const status = make("span", { class: "grow" }, "…");
    $("enrol-answer").prepend(make("li", {},
      make("span", { class: "soft" }, file.name), status));
    try {
      const face = await askJson("POST", facesPath(name),
        form({ image: file }));
      const quality = `quality ${Math.round(100 * face.quality)} %`;
      status.textContent = face.new ? `${name}: enrolled, ${quality}`
        : `${name}: was enrolled already, ${quality}`;
      status.classList.add(face.quality < 0.5 ? "possible" : "match");
    } catch (error) {
      status.textContent = error.message;
      status.classList.add("unknown");
    }
  }
  loadNames();
});

async function loadNames() {
  const { subjects } = await askJson("GET", "v1/subjects?limit=1000")
    .catch(() => ({ subjects: [] }));
  $("names").replaceChildren(...subjects.map((subject) =>
    make("option", { value: subject.name })));
}

// People

/// A dialog: resolves to the text entered, "" for a plain yes, or null.
function askUser(text, label, value = "") {
  $("ask-text").textContent = text;
  $("ask-label").hidden = !label;
  $("ask-label").firstElementChild.textContent = label ?? "";
  $("ask-input").value = value;
  $("ask-input").required = Boolean(label);
  $("ask").returnValue = "no";
  $("ask").showModal();
  return new Promise((resolve) => {
    $("ask").addEventListener("close", () => resolve(
      $("ask").returnValue === "yes" ? $("ask-input").value.trim() : null),
    { once: true });
  });
}

let nextPage = null;

async function loadPeople(after = "") {
  const page = await attempt(() => askJson("GET",
    `v1/subjects?limit=100&after=${encodeURIComponent(after)}`));
  if (!page) return;
  const rows = page.subjects.map(personRow);
  if (after) $("people-list").append(...rows);
  else $("people-list").replaceChildren(...rows);
  $("people-count").textContent = page.total === 0 ? "Nobody"
    : page.total === 1 ? "One person" : `${page.total} people`;
  nextPage = page.next;
  $("people-more").hidden = nextPage === null;
  filterPeople();
}

function personRow(subject) {
  const path = `v1/subjects/${encodeURIComponent(subject.name)}`;
  const act = (label, run) => make("button", { "aria-label":
    `${label} ${subject.name}`, onclick: async () => {
    if (await attempt(run)) loadPeople();
  } }, label);
  const row = make("li", { "data-name": subject.name.toLowerCase() },
    make("span", { class: "grow" }, subject.name, " ",
      make("span", { class: "soft" },
        subject.faces === 1 ? "1 face" : `${subject.faces} faces`)),
    make("span", { class: "acts" },
      act("Rename", async () => {
        const name = await askUser(`Rename ${subject.name}`, "New name",
          subject.name);
        return name && ask("PATCH", path, { name });
      }),
      act("Merge", async () => {
        const into = await askUser(
          `Give all faces of ${subject.name} to somebody else`, "To whom");
        return into && ask("POST", `v1/subjects/${encodeURIComponent(into)}/merge`,
          { from: subject.name });
      }),
      act("Delete", async () => {
        const yes = await askUser(`Delete ${subject.name} and all faces?`);
        return yes !== null && ask("DELETE", path);
      })));
  showFaces(subject, row);
  return row;
}

/// Adds the pictures that the server kept, if it keeps any.
async function showFaces(subject, row) {
  const { faces } = await askJson("GET", facesPath(subject.name))
    .catch(() => ({ faces: [] }));
  for (const face of faces.filter((one) => one.has_picture).slice(0, 3)) {
    const answer = await ask("GET",
      `${facesPath(subject.name)}/${face.id}/picture`).catch(() => null);
    if (!answer) continue;
    const url = URL.createObjectURL(await answer.blob());
    row.prepend(make("img", { src: url, alt: "",
      onload: () => URL.revokeObjectURL(url) }));
  }
}

function filterPeople() {
  const wanted = $("people-filter").value.toLowerCase();
  for (const row of $("people-list").children) {
    row.hidden = !row.dataset.name.includes(wanted);
  }
}

$("people-filter").addEventListener("input", filterPeople);
$("people-more").addEventListener("click", () => loadPeople(nextPage));

// Camera

let stream = null;

$("camera-switch").addEventListener("click", async () => {
  if (stream) return stopCamera();
  stream = await attempt(() =>
    navigator.mediaDevices.getUserMedia({ video: { width: 640 } }));
  if (!stream) return;
  $("camera-video").srcObject = stream;
  $("camera-stage").hidden = false;
  $("camera-switch").textContent = "Stop the camera";
  await $("camera-video").play();
  while (stream) await identifyFrame();
});

function stopCamera() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  $("camera-stage").hidden = true;
  $("camera-switch").textContent = "Start the camera";
  $("camera-answer").textContent = "";
}

/// One picture to the server; the next when it has been answered.
async function identifyFrame() {
  const [video, canvas] = [$("camera-video"), $("camera-canvas")];
  const [width, height] = [video.videoWidth, video.videoHeight];
  const frame = make("canvas", { width, height });
  frame.getContext("2d").drawImage(video, 0, 0);
  const file = await new Promise((done) => frame.toBlob(done, "image/jpeg"));
  const answer = await attempt(() =>
    askJson("POST", "v1/identify", form({ image: file })));
  if (!answer) return stopCamera();
  const faces = answer.faces.map(named);
  Object.assign(canvas, { width, height });
  drawFaces(canvas.getContext("2d"), faces, 1);
  const text = faces.map((face) => face.label).join(", ");
  if ($("camera-answer").textContent !== text) {
    $("camera-answer").textContent = text;
  }
}

// Tabs

const tabs = [...document.querySelectorAll("[role=tab]")];

function refresh() {
  if (!$("people").hidden) loadPeople();
  if (!$("enrol").hidden) loadNames();
}

function select(tab) {
  for (const other of tabs) {
    other.setAttribute("aria-selected", other === tab);
    other.tabIndex = other === tab ? 0 : -1;
    $(other.getAttribute("aria-controls")).hidden = other !== tab;
  }
  if ($("camera").hidden) stopCamera();
  problem("");
  history.replaceState(null, "", "#" + tab.getAttribute("aria-controls"));
  refresh();
}

for (const [i, tab] of tabs.entries()) {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(i + step + tabs.length) % tabs.length];
    select(next);
    next.focus();
  });
}

document.addEventListener("paste", (event) => {
  const zone = $("identify").hidden ? (zones.a.file ? zones.b : zones.a)
    : zones.who;
  zone.take(event.clipboardData.files[0]);
});

select(tabs.find((tab) => "#" + tab.getAttribute("aria-controls") ===
  location.hash) ?? tabs[0]);
showModels();
