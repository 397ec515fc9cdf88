# SPDX-License-Identifier: Apache-2.0
"""CompreFace's published SDK for Python, unchanged, against the server.

usage: PYTHONPATH=FOLDER_OF_THE_SDK compreface_sdk_check.py PORT KEY SAMPLES
"""
import sys

from compreface import CompreFace


def main():
    port, key, samples = sys.argv[1:]

    def sample(name):
        return f"{samples}/{name}.jpg"

    server = CompreFace("http://localhost", port, {
        "limit": 0, "det_prob_threshold": 0.8, "prediction_count": 1,
        "face_plugins": "calculator,landmarks", "status": "true"})
    recognition = server.init_face_recognition(key)
    subjects = recognition.get_subjects()
    faces = recognition.get_face_collection()

    assert subjects.add("Kofi") == {"subject": "Kofi"}
    assert subjects.list() == {"subjects": ["Kofi"]}
    ada = faces.add(sample("ada_1"), "Ada")
    assert ada["subject"] == "Ada", ada
    faces.add(sample("kofi_1"), "Kofi")
    assert len(faces.list()["faces"]) == 2

    seen = recognition.recognize(sample("ada_2"))
    best = seen["result"][0]["subjects"][0]
    assert best["subject"] == "Ada" and best["similarity"] > 0.9, seen
    assert len(seen["result"][0]["landmarks"]) == 5
    assert seen["plugins_versions"]["calculator"]

    found = server.init_face_detection(key).detect(sample("group"))
    assert len(found["result"]) == 4, found
    compared = server.init_face_verification(key).verify(sample("ada_1"),
                                                         sample("ada_2"))
    assert compared["result"][0]["face_matches"][0]["similarity"] > 0.9
    again = faces.verify(sample("ada_2"), ada["image_id"])
    assert again["result"][0]["similarity"] > 0.9, again

    subjects.update("Kofi", "Kofi A.")
    assert faces.delete(ada["image_id"]) == ada
    assert faces.delete_all("Kofi A.") == {"deleted": 1}
    subjects.delete_all()
    assert subjects.list() == {"subjects": []}


if __name__ == "__main__":
    main()
