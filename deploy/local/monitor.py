"""Asks a running Prometheus what deploy/monitoring asks. monitor.py URL queries | quiet [SECONDS] | fires ALERT NODE SECONDS"""

import glob
import json
import os
import pathlib
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

HOME = pathlib.Path(__file__).resolve().parent.parent / "monitoring"
PATIENCE = 60
MAY_BE_EMPTY = {"httvps:node_down", "annotation Alerts"}


def call(path, **parameters):
    url = f"{sys.argv[1]}/api/v1/{path}?{urllib.parse.urlencode(parameters, doseq=True)}"
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error)["error"])


def filled_in(expression):
    expression = expression.replace("$__rate_interval", "30s").replace("$__interval", "15s").replace("$__range", "5m")
    return re.sub(r"\$\w+", ".*", expression)


def dashboard_queries():
    for path in sorted(glob.glob(f"{HOME}/grafana/dashboards/*.json")):
        board, name = json.load(open(path)), os.path.basename(path).removesuffix(".json")
        for variable in board["templating"]["list"]:
            selector, label = re.fullmatch(r"label_values\((.+), *(\w+)\)", variable["query"]["query"]).groups()
            yield f"{name}: variable {variable['name']}", selector, {label}
        for note in board["annotations"]["list"]:
            yield f"annotation {note['name']}", note["expr"], set()
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                labels = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
                yield f"{name}: {panel['title']}", target["expr"], labels


def rule_queries():
    for path in sorted(glob.glob(f"{HOME}/prometheus/rules/*.yml")):
        for group in yaml.safe_load(open(path))["groups"]:
            for rule in group["rules"]:
                yield rule.get("alert") or rule["record"], rule["expr"], set(), "alert" in rule


def metrics_of(expression):
    bare = re.sub(r'"[^"]*"', '""', expression)
    return set(re.findall(r"(?<![\w:$])((?:httvps|process)[_:][\w:]+|up\b)", bare))


def chosen(expression):
    """Every label value that the expression names in full, so that a misspelt one is found where no data is right as well."""
    for metric, matchers in re.findall(r"((?:httvps|process)_\w+|up)\{([^}]*)\}", expression):
        for label, values in re.findall(r'(\w+)=~?"([^"]*)"', matchers):
            for value in values.split("|"):
                if re.fullmatch(r"[\w-]+|\d+\.\d+", value):
                    yield f'{metric}{{{label}="{value}"}}'


def fault(expression, labels, may_be_empty):
    for metric in metrics_of(expression) - MAY_BE_EMPTY:
        if not call("query", query=f"count({metric})")["result"]:
            return f"nobody exposes {metric}"
    for selector in chosen(expression):
        if not call("query", query=f"count({selector})")["result"]:
            return f"nobody exposes {selector}"
    result = call("query", query=filled_in(expression))["result"]
    if may_be_empty:
        return None
    if not any(sample["value"][1] != "NaN" for sample in result):
        return "no data"
    for label in labels:
        if not any(sample["metric"].get(label) for sample in result):
            return f"no series has the label {label}"
    return None


def queries():
    asked = [(where, expression, labels, where in MAY_BE_EMPTY) for where, expression, labels in dashboard_queries()]
    asked += [(where, expression, labels, alert or where in MAY_BE_EMPTY) for where, expression, labels, alert in rule_queries()]
    left, deadline = list(asked), time.monotonic() + PATIENCE
    while left:
        faults = {}
        for query in left:
            try:
                faults[query[0], query[1]] = fault(query[1], query[2], query[3])
            except ValueError as error:
                faults[query[0], query[1]] = str(error)
        left = [query for query in left if faults[query[0], query[1]]]
        if time.monotonic() > deadline:
            break
        time.sleep(1)
    for where, expression, *_ in left:
        print(f"  {where}: {faults[where, expression]}\n    {expression}")
    print(f"  {len(asked)} queries asked, {len(left)} without an answer")
    broken = [rule["name"] for group in call("rules")["groups"] for rule in group["rules"] if rule["health"] != "ok"]
    if broken:
        print(f"  rules that cannot be evaluated: {', '.join(broken)}")
    return not left and not broken


def firing():
    return [alert["labels"] for alert in call("alerts")["alerts"] if alert["state"] == "firing"]


def quiet(seconds=0):
    deadline = time.monotonic() + seconds
    while firing() and time.monotonic() < deadline:
        time.sleep(0.5)
    for labels in firing():
        print(f"  {labels['alertname']} fires: {labels}")
    if not firing():
        print("  no alert fires")
    return not firing()


def fires(name, node, seconds):
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        alerts = firing()
        others = [labels for labels in alerts if (labels["alertname"], labels.get("node_id")) != (name, node)]
        if others:
            print(f"  another alert fires: {others}")
            return False
        if alerts:
            print(f"  {name} fires for {node} after {time.monotonic() - start:.0f} s")
            return still_alone(name)
        time.sleep(0.5)
    print(f"  {name} did not fire for {node} within {seconds} s")
    return False


def still_alone(name):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        others = [labels for labels in firing() if labels["alertname"] != name]
        if others:
            print(f"  another alert fires: {others}")
            return False
        time.sleep(0.5)
    print("  nothing else fires within 20 s")
    return True


command, arguments = sys.argv[2], sys.argv[3:]
if command == "queries":
    well = queries()
elif command == "quiet":
    well = quiet(*map(int, arguments))
else:
    well = fires(arguments[0], arguments[1], int(arguments[2]))
sys.exit(0 if well else 1)
