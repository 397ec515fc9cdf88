// SPDX-License-Identifier: Apache-2.0
//
// What is drawn: pictures with their faces, similarities on a scale.
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

/// Draws `faces` over a picture whose longer side is at most `most` pixels.
function draw(canvas, picture, faces, most = 1000) {
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  drawFaces(context, faces, scale);
}

function drawFaces(context, faces, scale) {
  const width = Math.max(2, context.canvas.width / 250);
  const size = Math.max(13, context.canvas.width / 32);
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
    draw(canvas, state.bitmap, faces);
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

/// The similarity on a line, with the thresholds and the error rates there.
function scale(answer, calibration) {
  const [low, high, width] = [-0.2, 1, 640];
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
