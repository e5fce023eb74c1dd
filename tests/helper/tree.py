"""tree.py DIR BYTES FILES - a file tree, the same every time.

Half of the bytes do not compress (as images do not), half are text and JSON.
"""
import hashlib
import json
import os
import random
import sys

WORDS = [hashlib.sha256(str(i).encode()).hexdigest()[: 3 + i % 8]
         for i in range(2000)]


def prose(rng, size):
    """Text of words that are drawn unevenly, as they are in languages."""
    out = []
    length = 0
    while length < size:
        word = WORDS[int(rng.paretovariate(0.6)) % len(WORDS)]
        out.append(word)
        length += len(word) + 1
    return " ".join(out)[:size].encode()


def record(rng, size):
    """JSON lines."""
    out = []
    length = 0
    while length < size:
        line = json.dumps({"id": rng.randrange(10**9),
                           "name": WORDS[rng.randrange(len(WORDS))],
                           "price": rng.randrange(10000) / 100,
                           "tags": rng.sample(WORDS[:50], 3)})
        out.append(line)
        length += len(line) + 1
    return "\n".join(out)[:size].encode()


def main():
    top, total, files = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(42)
    mean = total // files
    for i in range(files):
        # Sizes as in real trees: many small, few large, the same mean.
        size = int(mean * rng.expovariate(1)) + 1
        make = (rng.randbytes, lambda n: prose(rng, n),
                rng.randbytes, lambda n: record(rng, n))[i % 4]
        folder = os.path.join(top, "%02x" % (i % 200), "%d" % (i % 7))
        os.makedirs(folder, exist_ok=True)
        name = "file-%05d%s" % (i, (".jpg", ".txt", ".png", ".json")[i % 4])
        with open(os.path.join(folder, name), "wb") as f:
            f.write(make(size))


main()
