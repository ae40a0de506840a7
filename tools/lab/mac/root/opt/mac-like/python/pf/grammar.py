"""A strict part of pf.conf(5): filter rules, anchors, tables, macros. What it does not know is a syntax error."""

import ipaddress
import re
from dataclasses import dataclass, field, replace

TOKEN = re.compile(r'"[^"]*"|<[\w.-]+>|[{}()=,!]|[<>]=?|[^\s{}(),"=!<>]+')
PROTOCOLS = {"tcp", "udp", "icmp", "ipv6-icmp"}
OPERATORS = {"=", "!=", "<", ">", "<=", ">="}


class Syntax(Exception):
    pass


@dataclass
class Rule:
    action: str = "pass"  # or block, anchor
    policy: str = "drop"
    direction: str = ""
    quick: bool = False
    interface: str = ""
    family: str = ""
    protocol: str = ""
    source: str = "any"
    source_port: str = ""
    target: str = "any"
    target_port: str = ""
    flags: str = ""
    icmp_type: str = ""
    state: str = ""
    label: str = ""
    anchor: str = ""

    def __str__(self):
        if self.action == "anchor":
            return f'anchor "{self.anchor}" all'
        words = [self.action, self.policy if self.action == "block" else "", self.direction, "quick" if self.quick else ""]
        words += [f"on {self.interface}" if self.interface else "", self.family, f"proto {self.protocol}" if self.protocol else ""]
        if (self.source, self.source_port, self.target, self.target_port) == ("any", "", "any", ""):
            words.append("all")
        else:
            words += ["from", self.source, _port(self.source_port, self.protocol), "to", self.target, _port(self.target_port, self.protocol)]
        words.append(f"icmp{'6' if self.protocol == 'ipv6-icmp' else ''}-type {self.icmp_type}" if self.icmp_type else "")
        words += [f"flags {self.flags}" if self.flags else "", self.state, f'label "{self.label}"' if self.label else ""]
        return " ".join(word for word in words if word)


@dataclass
class Ruleset:
    rules: list = field(default_factory=list)
    tables: dict = field(default_factory=dict)
    skipped: list = field(default_factory=list)
    loads: list = field(default_factory=list)  # anchors to fill, and from which file


def services():
    with open("/etc/services") as lines:
        found = re.findall(r"^([\w-]+)\s+(\d+)/(tcp|udp)", lines.read(), re.M)
    return {(port, protocol): name for name, port, protocol in found}


def _port(text, protocol):
    """As pfctl prints it: by name, where it has one."""
    if not text:
        return ""
    operator, _, number = text.rpartition(" ")
    return f"port {operator} {services().get((number, protocol), number)}" if operator else f"port {text}"


def parse(text, name):
    ruleset, macros = Ruleset(), {}
    for number, line in _lines(text):
        try:
            _line(ruleset, macros, line)
        except (Syntax, IndexError, ValueError) as error:
            raise Syntax(f"{name}:{number}: syntax error") from error
    return ruleset


def _lines(text):
    joined = re.sub(r"\\\n", " ", text)
    for number, line in enumerate(joined.split("\n"), 1):
        line = re.sub(r"#.*", "", line).strip()
        if line:
            yield number, line


def _line(ruleset, macros, line):
    for name, value in macros.items():
        line = re.sub(rf"\${name}\b", value, line)
    macro = re.fullmatch(r'(\w+)\s*=\s*(?:"([^"]*)"|(\S+))', line)
    if macro:
        macros[macro[1]] = macro[2] or macro[3]
        return
    if "".join(TOKEN.findall(line)).replace(" ", "") != line.replace(" ", "").replace("\t", "") or "$" in line:
        raise Syntax(line)
    words = TOKEN.findall(line)
    first = words.pop(0)
    if first in ("scrub-anchor", "nat-anchor", "rdr-anchor", "dummynet-anchor"):
        _end(words[1:])
    elif first == "anchor":
        name = _string(words.pop(0))
        _end([word for word in words if word != "all"])
        ruleset.rules.append(Rule("anchor", anchor=name))
    elif first == "load":
        if [words[0], words[2]] != ["anchor", "from"] or len(words) != 4:
            raise Syntax(line)
        ruleset.loads.append((_string(words[1]), _string(words[3])))
    elif first == "set" and words[:2] == ["skip", "on"]:
        words = words[2:]
        ruleset.skipped += _list(words)
        _end(words)
    elif first == "set" and words[0] == "block-policy" and words[1] in ("drop", "return"):
        _end(words[2:])
    elif first == "table":
        name = words.pop(0)[1:-1]
        while words and words[0] in ("persist", "const"):
            words.pop(0)
        ruleset.tables[name] = _list(words) if words else []
        _end(words)
    elif first in ("pass", "block"):
        ruleset.rules += _rules(first, words)
    else:
        raise Syntax(line)


def _rules(action, words):
    def take(*allowed):
        return words.pop(0) if words and words[0] in allowed else ""

    base = Rule(action)
    if action == "block":
        base.policy = take("drop", "return") or "drop"
    base.direction = take("in", "out")
    take("log")
    base.quick = bool(take("quick"))
    if take("on"):
        base.interface = words.pop(0)
    base.family = take("inet", "inet6")
    protocols = _list(words) if take("proto") else [""]
    if not set(protocols) <= PROTOCOLS | {"icmp6", ""}:
        raise Syntax(protocols)
    sources = targets = [("any", "")]
    if not take("all"):
        if take("from"):
            sources = _place(words)
        if take("to"):
            targets = _place(words)
    while words:
        word = words.pop(0)
        if word == "flags":
            base.flags = words.pop(0)
        elif word in ("icmp-type", "icmp6-type"):
            base.icmp_type = words.pop(0)
        elif word in ("keep", "modulate", "no") and words.pop(0) == "state":
            base.state = f"{word} state"
        elif word == "label":
            base.label = _string(words.pop(0))
        else:
            raise Syntax(word)
    made = []
    for protocol in protocols:
        for source, source_port in sources:
            for target, target_port in targets:
                if (source_port or target_port) and protocol not in ("tcp", "udp"):
                    raise Syntax("port only applies to tcp/udp")
                rule = replace(base, protocol="ipv6-icmp" if protocol == "icmp6" else protocol, source=source, source_port=source_port, target=target, target_port=target_port)
                made.append(_defaults(rule))
    return made


def _defaults(rule):
    """As the manual says: a pass keeps state, and of TCP it starts with a SYN."""
    families = {"inet6" if ":" in each else "inet" for each in (rule.source, rule.target) if each != "any" and "<" not in each}
    if len(families) > 1 or (rule.family and families - {rule.family}):
        raise Syntax("mixed address families")
    rule.family = rule.family or "".join(families)
    if rule.action == "pass" and not rule.state:
        rule.state = "keep state"
    if rule.action == "pass" and rule.state == "keep state" and not rule.flags and rule.protocol in ("", "tcp"):
        rule.flags = "S/SA"
    return rule


def _place(words):
    addresses = [_address(word) for word in _list(words)] if words[0] != "port" else ["any"]
    ports = [""]
    if words and words[0] == "port":
        words.pop(0)
        if words[0] == "!" and words[1] == "=":
            words[:2] = ["!="]
        operator = words.pop(0) if words[0] in OPERATORS else "="
        ports = [_number(operator, word) for word in _list(words)]
    return [(address, port) for address in addresses for port in ports]


def _number(operator, word):
    if ":" in word:
        low, high = word.split(":")
        return f"{int(low)}:{int(high)}"
    numbers = {name: port for (port, _), name in services().items()}
    return f"{operator} {int(numbers.get(word, word))}"


def _address(word):
    if word in ("any", "self") or word.startswith("<"):
        return word
    network = ipaddress.ip_network(word, strict=False)
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


def _list(words):
    if words[0] != "{":
        return [words.pop(0)]
    end = words.index("}")
    found = [word for word in words[1:end] if word != ","]
    del words[: end + 1]
    return found


def _string(word):
    return word.strip('"')


def _end(words):
    if words:
        raise Syntax(words)
