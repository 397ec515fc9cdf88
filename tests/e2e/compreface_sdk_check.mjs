// SPDX-License-Identifier: Apache-2.0
//
// CompreFace's published SDK for JavaScript, unchanged, against the server.
//
// Begin it in the repository's root: in Node the SDK sends files with a boundary
// only when their path is relative. `det_prob_threshold` is left out because the
// SDK writes it as "?subject=Ada?det_prob_threshold=...".
//
// usage: MIEN_NODE_MODULES=DIR node compreface_sdk_check.mjs PORT KEY SAMPLES
import assert from "node:assert";

const { CompreFace } = await import(process.env.MIEN_NODE_MODULES +
  "/node_modules/@exadel/compreface-js-sdk/index.js");
const [port, key, samples] = process.argv.slice(2);
const sample = (name) => `${samples}/${name}.jpg`;
const server = new CompreFace("http://localhost", port, {
  limit: 0, status: "true", face_plugins: "calculator,landmarks" });
const recognition = server.initFaceRecognitionService(key);
// It changes its own address with some calls, so each gets a new one.
const subjects = () => recognition.getSubjects();
const faces = () => recognition.getFaceCollection();
const data = (answer) => answer.data ?? answer;

assert.deepEqual(data(await subjects().add("Kofi")), { subject: "Kofi" });
assert.deepEqual(data(await subjects().list()), { subjects: ["Kofi"] });
const ada = data(await faces().add(sample("ada_1"), "Ada", {}));
assert.equal(ada.subject, "Ada");
await faces().add(sample("kofi_1"), "Kofi", {});
assert.equal(data(await faces().list()).faces.length, 2);

const seen = data(await recognition.recognize(sample("ada_2"), {}));
assert.equal(seen.result[0].subjects[0].subject, "Ada");
assert.ok(seen.result[0].subjects[0].similarity > 0.9);
assert.equal(seen.result[0].landmarks.length, 5);
assert.ok(seen.plugins_versions.calculator);

const found = data(await server.initFaceDetectionService(key)
  .detect(sample("group"), {}));
assert.equal(found.result.length, 4);
const compared = data(await server.initFaceVerificationService(key)
  .verify(sample("ada_1"), sample("ada_2"), {}));
assert.ok(compared.result[0].face_matches[0].similarity > 0.9);
const again = data(await faces().verify(sample("ada_2"), ada.image_id, {}));
assert.ok(again.result[0].similarity > 0.9);

data(await subjects().rename("Kofi", "Kofi A."));
assert.deepEqual(data(await faces().delete(ada.image_id)), ada);
data(await subjects().delete("Kofi A."));
assert.deepEqual(data(await subjects().list()), { subjects: [] });
