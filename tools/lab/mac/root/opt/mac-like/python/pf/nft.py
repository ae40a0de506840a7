"""Rules of pf as a table of nftables, so that they really filter. The last rule that matches decides, unless one is quick."""

NFT = "/opt/mac-like/debian/usr/sbin/nft"
INTERFACES = {"en0": "eth0", "lo0": "lo"}
ICMP = {"echoreq": "echo-request", "echorep": "echo-reply", "unreach": "destination-unreachable", "timex": "time-exceeded"}
ICMP6 = {"echoreq": "echo-request", "echorep": "echo-reply", "neighbrsol": "nd-neighbor-solicit", "neighbradv": "nd-neighbor-advert",
         "routeradv": "nd-router-advert", "routersol": "nd-router-solicit"}  # fmt: skip
NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17, "ipv6-icmp": 58}  # nft knows the last name only from netbase's list
PASSES, DROPS, RETURNS = 1, 2, 3


def apply(rulesets, enabled):
    """`rulesets` by anchor; the main one is the empty name."""
    import subprocess  # a third of the time of who only asks

    lines = ["table inet pf {}", "delete table inet pf"]
    if enabled:
        lines += ["table inet pf {", *_chains(rulesets), "}"]
    subprocess.run([NFT, "-f", "-"], input="\n".join(lines) + "\n", text=True, check=True, capture_output=True)


def _chains(rulesets):
    for direction, hook in (("in", "input"), ("out", "output")):
        for name, ruleset in rulesets.items():
            if name:
                yield f"chain {_chain(name, direction)} {{"
                yield from _rules(ruleset, direction, rulesets, name)
                yield "}"
        main = rulesets.get("")
        yield f"chain {direction} {{ type filter hook {hook} priority -50; policy accept;"
        yield "ct state established,related accept"
        yield "meta mark set 0"
        for interface in main.skipped if main else []:
            yield f"{'i' if direction == 'in' else 'o'}ifname {INTERFACES.get(interface, interface)} accept"
        yield from _rules(main, direction, rulesets, "") if main else []
        yield f"meta mark {DROPS} drop"
        yield f"meta mark {RETURNS} reject"
        yield "}"


def _rules(ruleset, direction, rulesets, inside):
    for rule in ruleset.rules:
        if rule.action == "anchor":
            for name in sorted(rulesets):
                if name and name != inside and (name == rule.anchor or rule.anchor.endswith("/*") and name.startswith(rule.anchor[:-1])):
                    yield f"jump {_chain(name, direction)}"
        elif rule.direction in ("", direction):
            yield " ".join([*_matches(rule, direction, ruleset), _verdict(rule)])


def _matches(rule, direction, ruleset):
    if rule.interface:
        yield f"{'i' if direction == 'in' else 'o'}ifname {INTERFACES.get(rule.interface, rule.interface)}"
    if rule.family:
        yield f"meta nfproto {'ipv4' if rule.family == 'inet' else 'ipv6'}"
    if rule.protocol:
        yield f"meta l4proto {NUMBERS[rule.protocol]}"
    for side, address, port in (("s", rule.source, rule.source_port), ("d", rule.target, rule.target_port)):
        if address == "self":
            yield f"fib {side}addr type local"
        elif address != "any":
            addresses = ruleset.tables.get(address[1:-1], []) if address.startswith("<") else [address]
            yield f"{'ip6' if any(':' in each for each in addresses) else 'ip'} {side}addr {{ {', '.join(addresses) or '255.255.255.255'} }}"
        if port:
            operator, _, number = port.rpartition(" ")
            yield f"{rule.protocol} {side}port {'' if operator in ('', '=') else operator + ' '}{number.replace(':', '-')}"
    if rule.icmp_type:
        yield f"icmp type {ICMP[rule.icmp_type]}" if rule.protocol == "icmp" else f"icmpv6 type {ICMP6[rule.icmp_type]}"


def _verdict(rule):
    if rule.action == "pass":
        return "accept" if rule.quick else f"meta mark set {PASSES}"
    if rule.quick:
        return "drop" if rule.policy == "drop" else "reject"
    return f"meta mark set {DROPS if rule.policy == 'drop' else RETURNS}"


def _chain(anchor, direction):
    return "".join(letter if letter.isalnum() else "_" for letter in f"a_{anchor}_{direction}")
