// SPDX-License-Identifier: Apache-2.0
//
// Every use of the server's page in Chromium, on a wide screen and on a phone,
// light and dark, with a screenshot of each in OUT for people to look at.
//
// usage: MIEN_NODE_MODULES=DIR node page_check.mjs URL KEY SAMPLES OUT
import assert from "node:assert";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.env.MIEN_NODE_MODULES + "/")(
  "playwright-core");
const [url, key, samples, out] = process.argv.slice(2);
const sample = (name) => `${samples}/${name}.jpg`;

const wide = { viewport: { width: 1000, height: 760 } };
const phone = { viewport: { width: 390, height: 760 }, isMobile: true,
  hasTouch: true };
const screens = {
  "wide-light": { ...wide, colorScheme: "light" },
  "wide-dark": { ...wide, colorScheme: "dark" },
  "phone-light": { ...phone, colorScheme: "light" },
  "phone-dark": { ...phone, colorScheme: "dark" },
};

async function compare(page, shot) {
  await page.setInputFiles("[data-picture=a] input", sample("ada_1"));
  await page.setInputFiles("[data-picture=b] input", sample("ada_2"));
  await page.waitForSelector("#compare-answer .verdict.match");
  await shot("compare");
  await page.setInputFiles("[data-picture=b] input", sample("kofi_1"));
  await page.waitForSelector("#compare-answer .verdict.unknown");
  await shot("compare-two-people");
}

async function enrolWithoutKey(page) {
  await page.click("#tab-enrol");
  await page.fill("#enrol-name", "Ada");
  await page.setInputFiles("#enrol-files", [sample("ada_1")]);
  await page.click("#enrol-form button");
  const refusal = await page.waitForSelector("#enrol-answer .unknown");
  assert.match(await refusal.textContent(), /^an API key is needed/);
}

async function enrol(page, shot) {
  await page.fill("#key", key);
  await page.press("#key", "Enter");
  await page.waitForSelector("#access-form", { state: "hidden" });
  for (const name of ["ada", "kofi", "mei"]) {
    await page.fill("#enrol-name", name);
    await page.setInputFiles("#enrol-files",
      [sample(`${name}_1`), sample("group")]);
    await page.click("#enrol-form button");
    await page.waitForSelector(`#enrol-answer .match:has-text("${name}")`);
    await page.waitForFunction(() => ![...document.querySelectorAll(
      "#enrol-answer .grow")].some((row) => row.textContent === "…"));
  }
  await shot("enrol");
}

async function identify(page, shot) {
  await page.click("#tab-identify");
  await page.setInputFiles("[data-picture=who] input", sample("group"));
  await page.waitForSelector("#identify-answer li");
  const names = await page.locator("#identify-answer strong")
    .allTextContents();
  assert.deepEqual(names.sort(), ["ada", "kofi", "mei", "unknown"]);
  await shot("identify");
}

async function lookAfterPeople(page, shot) {
  const row = (name) => `li[data-name="${name}"]`;
  await page.click("#tab-people");
  await page.waitForSelector(row("mei"));
  await page.waitForSelector("#people-list img");
  await shot("people");
  await page.click('[aria-label="Rename kofi"]');
  await page.fill("#ask-input", "Kofi A.");
  await shot("rename");
  await page.press("#ask-input", "Enter");
  await page.waitForSelector(row("kofi a."));
  await page.click('[aria-label="Merge mei"]');
  await page.fill("#ask-input", "ada");
  await page.press("#ask-input", "Enter");
  await page.waitForSelector(row("mei"), { state: "detached" });
  for (const name of ["Kofi A.", "ada"]) {
    await page.click(`[aria-label="Delete ${name}"]`);
    await page.click("#ask-yes");
    await page.waitForSelector(row(name.toLowerCase()),
      { state: "detached" });
  }
}

async function camera(page, shot) {
  await page.focus("#tab-people");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getAttribute("#tab-camera", "aria-selected"),
    "true");
  await page.click("#camera-switch");
  await page.waitForFunction(() =>
    document.getElementById("camera-canvas").width > 300);
  await shot("camera");
  await page.click("#camera-switch");
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream"] });
for (const [name, screen] of Object.entries(screens)) {
  const page = await (await browser.newContext(screen)).newPage();
  page.setDefaultTimeout(120_000);
  const failures = [];
  page.on("pageerror", (error) => failures.push(String(error)));
  const shot = (what) =>
    page.screenshot({ path: `${out}/${name}-${what}.png` });
  await page.goto(url);
  await compare(page, shot);
  await enrolWithoutKey(page);
  await enrol(page, shot);
  await identify(page, shot);
  await lookAfterPeople(page, shot);
  await camera(page, shot);
  assert.deepEqual(failures, []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <=
    document.documentElement.clientWidth), "the page scrolls sideways");
  await page.close();
}
await browser.close();
