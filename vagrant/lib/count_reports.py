"""Sums the JUnit XML reports under a directory: prints `passed failed skipped`, and the failed tests to stderr."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def main(root):
    passed = failed = skipped = 0
    for path in sorted(Path(root).rglob("*.xml")):
        if not (path.name == "report.xml" or path.name.startswith("TEST-")):
            continue
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                print(f"failed: {case.get('classname')} {case.get('name')}", file=sys.stderr)
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
    print(passed, failed, skipped)


if __name__ == "__main__":
    main(sys.argv[1])
