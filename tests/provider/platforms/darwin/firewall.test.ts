// pf on macOS. Texts are as pf.conf(5), pfctl(8) and pfctl's own printing of rules say, not captured on a Mac.
import { expect, test } from "vitest";

import { packetFilter } from "../../../../src/provider/platforms/darwin/firewall.ts";
import type { Opening } from "../../../../src/provider/platforms/packet-filter.ts";
import { answer } from "../debian/captured.ts";

const openings: Opening[] = [
  { name: "ssh", protocol: "tcp", port: 22, from: "192.168.1.0/24" },
  { name: "dns", protocol: "udp", port: 53, from: "fd00::/8" },
  { name: "web", protocol: "tcp", port: 443, from: "any" },
];
const text = packetFilter.text(openings);
const [file, plistFile] = packetFilter.keep(text);
const off = "Firewall is disabled. (State = 0)\n";

const state = (said: Record<string, string>) => {
  const all = {
    live: text,
    kept: text,
    plist: String(plistFile?.stdin),
    loaded: "yes",
    conf: "",
    application: off,
    ...said,
  };
  const lines = Object.entries(all).map(([word, value]) => `${word} ${Buffer.from(value).toString("base64")}\n`);
  return packetFilter.state.parse(answer(lines.join("")), ["firewall"]).get("firewall");
};

test("an anchor blocks what comes in, but for what is declared", () => {
  expect(text.split("\n").filter((line) => !/icmp|port = (68|546|5353)/.test(line))).toEqual([
    "block drop in all",
    "pass quick on lo0 all no state",
    "pass out quick all flags any keep state",
    'pass in quick inet proto tcp from 192.168.1.0/24 to any port = 22 flags any keep state label "ssh"',
    'pass in quick inet6 proto udp from fd00::/8 to any port = 53 keep state label "dns"',
    'pass in quick proto tcp from any to any port = 443 flags any keep state label "web"',
    "",
  ]);
  expect(file).toEqual({ argv: ["gw_put", "644", "/etc/pf.anchors/dev.groundwork"], stdin: text });
  expect(String(plistFile?.stdin)).toContain("<key>StartInterval</key>");
});

test("what pfctl prints of it is understood", () => {
  expect(state({})).toEqual({
    live: { openings, missing: [], foreign: [] },
    kept: text,
    onBoot: true,
    application: "off",
  });
});

test.each([
  ["pf that is off, or does not call the anchor", { live: "" }, { live: undefined }],
  [
    "a rule by hand",
    { live: `${text}pass in all flags S/SA keep state\n` },
    { live: { foreign: ["pass in all flags S/SA keep state"] } },
  ],
  [
    "a rule that is gone",
    { live: text.replace("block drop in all\n", "") },
    { live: { missing: ["block drop in all"] } },
  ],
  [
    "pf.conf as an earlier version wrote it",
    { conf: 'anchor "dev.groundwork"\n' },
    { onBoot: expect.stringMatching(/pf.conf too/) },
  ],
  ["another daemon", { plist: "" }, { onBoot: expect.stringMatching(/dev.groundwork.firewall.plist is another/) }],
  ["a daemon that is not loaded", { loaded: "no" }, { onBoot: expect.stringMatching(/is not loaded/) }],
  ["the firewall by program", { application: "Firewall is enabled. (State = 1)\n" }, { application: "on" }],
])("%s is seen", (_, said, seen) => {
  expect(state(said)).toMatchObject(seen);
});

test("an answer that is not understood is an error", () => {
  expect(() => state({ application: "what?" })).toThrow('--getglobalstate said "what?"');
  expect(() => packetFilter.state.parse(answer("live \n"), ["firewall"])).toThrow("nothing is said of kept");
  expect(() => packetFilter.state.parse(answer("", { exitCode: 1, stderr: "no /dev/pf" }), [""])).toThrow("no /dev/pf");
});
