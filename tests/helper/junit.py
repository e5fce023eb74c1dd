"""junit.py FILE - what a reader of JUnit's XML finds in FILE, as JSON."""
import json
import sys
import xml.etree.ElementTree


def text(node, name):
    found = node.findall(name)
    assert len(found) <= 1, name
    return found[0].text if found else None


def case(node):
    failure = node.find("failure")
    return {
        "name": node.get("name"),
        "type": None if failure is None else failure.get("type"),
        "message": None if failure is None else failure.get("message"),
        "failure": text(node, "failure"),
        "out": text(node, "system-out"),
    }


def main():
    root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
    assert root.tag == "testsuites" and len(root) == 1
    suite = root[0]
    assert suite.tag == "testsuite"
    cases = [case(node) for node in suite]
    failed = [c for c in cases if c["message"] is not None]
    for node in (root, suite):
        assert int(node.get("tests")) == len(cases)
        assert int(node.get("failures")) == len(failed)
    print(json.dumps(cases))


main()
