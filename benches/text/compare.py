"""Overt's DetectText and rapidocr-onnxruntime on the same pictures: words right, and time.

Usage: python compare.py FOLDER OVERT [--threads N] [--only overt|rapidocr] [--sets PREFIX] [--wrong]
FOLDER is what pictures.py wrote, OVERT the program.

Both run the same three networks. rapidocr runs as its documentation shows (`RapidOCR()(file)`), with N threads (default 1, as one worker of
Overt has one); its lines are cut at spaces. Overt runs as `overt detect-text FILE... --json`, whose hundred words of the API's answer are
replaced by all lines of the plain output where a page has more. A word is right when it is found as it was written, each as often as it is
there; letters count with their case and marks. Time of Overt is that of the whole command over all pictures less that of the same command on
one picture alone (which loads the networks), for each further picture.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import time

LINE = re.compile(r"^ *\d+ +[\d.]+ %  (.*)$")


def overt(program, files):
    """Words of each file, and seconds a file."""
    run = lambda some: subprocess.run([program, "detect-text", *some], capture_output=True, text=True, check=True).stdout
    started = time.monotonic()
    run(files[:1])
    alone = time.monotonic() - started
    started = time.monotonic()
    output = run(files)
    seconds = (time.monotonic() - started - alone) / max(1, len(files) - 1)
    words, current = {}, None
    names = {str(file): file for file in files}
    for row in output.splitlines():
        said = LINE.match(row)
        if said:
            words[current] += said.group(1).split()
        else:
            current = names[row.rsplit("  ", 3)[0].strip()]
            words[current] = []
    return [words[file] for file in files], seconds


def rapidocr(engine, files):
    found, started = [], time.monotonic()
    for file in files:
        lines, _times = engine(str(file))
        found.append([word for _box, text, _score in lines or [] for word in text.split()])
    return found, (time.monotonic() - started) / len(files)


def right(found, truth):
    """Words of the truth that were found."""
    return sum((collections.Counter(found) & collections.Counter(truth)).values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("overt")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", choices=["overt", "rapidocr"])
    parser.add_argument("--sets", default="")
    parser.add_argument("--wrong", action="store_true", help="print words that were missed")
    options = parser.parse_args()
    engines = {}
    if options.only != "rapidocr":
        engines["Overt"] = lambda files: overt(options.overt, files)
    if options.only != "overt":
        from rapidocr_onnxruntime import RapidOCR

        reference = RapidOCR(intra_op_num_threads=options.threads, inter_op_num_threads=1)
        reference(str(next(options.folder.glob("*/0.png"))))
        engines["rapidocr"] = lambda files: rapidocr(reference, files)
    sets = collections.defaultdict(list)
    for each in json.loads((options.folder / "truth.json").read_text()):
        if each["set"].startswith(options.sets):
            sets[each["set"]].append(each)
    titles = [f"{name}: {what}" for name in engines for what in ("right", "invented", "s a picture")]
    print("| set | pictures | words |", " | ".join(titles), "|")
    print("|---|---:|---:|" + "---:|" * len(titles))
    for name, pictures in sets.items():
        files = [options.folder / each["file"] for each in pictures]
        truths = [[word for words in each["lines"] for word in words] for each in pictures]
        cells = []
        for engine, run in engines.items():
            found, seconds = run(files)
            hits = [right(*pair) for pair in zip(found, truths)]
            invented = sum(map(len, found)) - sum(hits)
            cells += [f"{100 * sum(hits) / sum(map(len, truths)):.1f} %", str(invented), f"{seconds:.2f}"]
            if options.wrong:
                for file, words, truth in zip(files, found, truths):
                    missed = collections.Counter(truth) - collections.Counter(words)
                    other = collections.Counter(words) - collections.Counter(truth)
                    if missed or other:
                        print("   ", engine, file, dict(missed), "<-", dict(other))
        print(f"| {name} | {len(files)} | {sum(map(len, truths))} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
