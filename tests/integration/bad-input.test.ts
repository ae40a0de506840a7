// What goes wrong on hosts: one clear error each, nothing half-written, the old still serves, the next run works.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, whyNoLab } from "../support/lab.ts";
import { type DeclaredResource, type Project, startProject } from "../support/project.ts";
import { type FaultHost, faultHost, file, host } from "./fault-host.ts";

const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVJtFiUYdmIyLVeNzb4XzbSLnyxKVURLgZ4q5ZzV4gr";

const title = canRunLab ? "bad input" : `bad input (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let machine: FaultHost;
  let project: Project;

  beforeAll(async () => {
    machine = await faultHost("test-bad-input");
    await machine.shell(`
      useradd --create-home asked && echo asked:right-password | chpasswd && echo 'asked ALL=(ALL) ALL' >/etc/sudoers.d/asked
      install -D -o asked -g asked -m 600 /root/.ssh/authorized_keys /home/asked/.ssh/authorized_keys && chown asked:asked /home/asked/.ssh
      mkdir -p /srv/full && mount -t tmpfs -o size=64k full /srv/full && echo old >/srv/full/file
      (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nginx-light curl) >/dev/null 2>&1`);
    project = await startProject();
  });
  afterAll(async () => {
    await project?.remove();
    await machine?.lab.stop();
  });

  test("hosts that cannot be reached: one error each, by name, with what to do, and the next run works", async () => {
    const given = machine.hosts[host]!;
    const address = machine.lab.address(host);
    const keys = { sshConfig: "/dev/null", identityFile: machine.lab.key, knownHostsFile: machine.lab.knownHosts };
    const hosts = {
      ...machine.hosts,
      closed: { ...given, port: 2222, connectTimeoutSec: 1 },
      nowhere: { ...given, ...keys, address: address.replace(/\d+$/, "250"), connectTimeoutSec: 1 },
      stranger: { ...given, hostKey: otherKey },
      mistaken: { ...given, user: "asked", sudo: { password: "wrong-password" } },
      forgetful: { ...given, user: "asked", sudo: {} },
    };
    const on = (name: string) =>
      file(name, `/srv/${name}`, "text\n", { args: { host: name, path: `/srv/${name}`, content: "text\n" } });
    const resources = Object.keys(hosts).map(on);
    await project.declare({ hosts, resources });
    const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview", "--continue-on-error"]);
    expect(exitCode, output).not.toBe(0);
    expect(errors(output)).toEqual({ closed: 1, nowhere: 1, stranger: 1, mistaken: 1, forgetful: 1 });
    expect(said(output, "closed")).toMatch(/closed: .*refused.*2222/);
    expect(said(output, "nowhere")).toMatch(
      /nowhere: (timed out: no answer from|no route to) 198\.1[89]\.\d+\.250 port 22.*\. Is it .*on/,
    );
    expect(said(output, "stranger")).toMatch(/stranger: .*key.*SHA256:/s);
    const give = (name: string) =>
      `pulumi config set --secret --path 'groundwork:hosts.${name}.connection.sudo.password'`;
    expect(said(output, "mistaken")).toMatch(/mistaken: sudo on .* refused the password/);
    expect(said(output, "mistaken")).toContain(give("mistaken"));
    expect(said(output, "forgetful")).toMatch(/forgetful: sudo on .* asks for a password and none is given/);
    expect(said(output, "forgetful")).toContain(give("forgetful"));
    expect(output).not.toContain("wrong-password");
    expect(await machine.shell("ls /srv")).toBe(`${host}\nfull`);

    const sudo = { password: "right-password" };
    const right = {
      closed: given,
      nowhere: { ...given, ...keys, address },
      stranger: { ...given, hostKey: await machine.shell("cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub") },
      mistaken: { ...hosts.mistaken, sudo },
      forgetful: { ...hosts.forgetful, sudo },
    };
    // All are one machine, which one of them at a time may change.
    for (const [name, mended] of Object.entries(right)) {
      await project.declare({ hosts: { ...machine.hosts, [name]: mended }, resources: [on(host), on(name)] });
      await project.succeed(["up", "--yes", "--skip-preview"]);
    }
    expect(await machine.shell("cd /srv; ls; cat closed nowhere stranger mistaken forgetful | sort -u")).toBe(
      "closed\nfaults\nforgetful\nfull\nmistaken\nnowhere\nstranger\ntext",
    );
  });

  test("steps that fail: one error each, nothing half-written, and the next run works", async () => {
    const { hosts } = machine;
    await project.declare({ hosts, resources: [nginx("old"), answers("old")] });
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await served()).toBe("old");
    expect(await answered()).toBe("old");

    const before = await files();
    await project.declare({ hosts, resources: [nginx("new", "nonsense on;"), answers("new", true), ...wrong] });
    const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview", "--continue-on-error"]);
    expect(exitCode, output).not.toBe(0);
    expect(errors(output)).toEqual({ site: 1, package: 1, large: 1, answers: 1, crasher: 1 });
    // What was asked, what was answered, and what to do.
    expect(said(output, "site")).toMatch(
      /faults: the new files are not valid, nothing was changed: correct what 'nginx' '-t' complains of, and run again; it said: .*unknown directive "nonsense"/s,
    );
    expect(said(output, "package")).toMatch(
      /faults: .*no package groundwork-has-no-such-package \(the package lists are fresh\); correct the name, or add/,
    );
    expect(said(output, "large")).toMatch(
      /faults: \/srv\/full\/file was not written.*No space left.*; make room for 100000 bytes.*, and run again/s,
    );
    expect(said(output, "answers")).toMatch(
      /faults: "restart answers\.service and wait until it listens at 8089 \(20 s\)" ended .*rolled back: answers\.service runs again as it was defined before.*did not stay up.*Mend what it complains of and run again.*no database/s,
    );
    expect(said(output, "crasher")).toMatch(
      /faults: "start crasher\.service and wait until it is seen to stay up" ended .*did not stay up after start .*ExecMainStatus=3.*Mend what it complains of and run again.*no licence/s,
    );
    expect(await answered()).toBe("old");
    expect(await served()).toBe("old");
    expect(await machine.shell("cat /srv/full/file; ls -A /srv/full")).toBe("old\nfile");
    // A new one has nothing to go back to: it is there, and started again and again.
    const crasher = /^\w+ {2}(.*\/crasher\.service)\n/gm;
    const after = await files();
    expect([...after.matchAll(crasher)].map(([, path]) => path)).toEqual(["./systemd/system/crasher.service"]);
    expect(after.replace(crasher, "")).toBe(before);

    await project.declare({ hosts, resources: [nginx("new"), answers("new"), ...mended] });
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await served()).toBe("new");
    expect(await answered()).toBe("new");
    await project.succeed(["preview", "--expect-no-changes"]);
  });

  const served = () => machine.shell("curl -s http://127.0.0.1:8088/");
  const answered = () =>
    machine.shell(`perl -MIO::Socket::INET -e 'print readline(IO::Socket::INET->new("127.0.0.1:8089") or die)'`);
  /** Names, and digests where a change would be one of ours. */
  const files = () =>
    machine.shell("cd /etc; find . -xdev -type f ! -name 'ld.so.cache' -exec sha256sum {} + | sort -k 2");
});

function nginx(text: string, more = ""): DeclaredResource {
  const content = `server { listen 8088; ${more} location / { return 200 ${text}; } }\n`;
  return {
    type: "groundwork:posix:Configuration",
    name: "site",
    args: {
      host,
      name: "site",
      files: { "/etc/nginx/conf.d/site.conf": { content } },
      root: "/etc/nginx",
      validate: ["nginx", "-t"],
      activate: { unit: "nginx", action: "reload" },
      healthy: ["curl", "-fs", "http://127.0.0.1:8088/"],
      settleSec: 1,
    },
  };
}

/** A daemon that answers whoever connects with a text, or ends. */
function answers(text: string, ends = false): DeclaredResource {
  const program = ends
    ? String.raw`die "no database\n"`
    : "my $l = IO::Socket::INET->new(LocalPort => 8089, Listen => 5, ReuseAddr => 1); while (my $c = $l->accept) { print $c $ARGV[0]; close $c }";
  return {
    type: "groundwork:posix:Daemon",
    name: "answers",
    args: {
      host,
      name: "answers",
      program: "/usr/bin/perl",
      arguments: ["-MIO::Socket::INET", "-e", program, text],
      secretEnvironment: { TOKEN: text },
      listens: [{ port: 8089 }],
    },
  };
}

const packages = (name: string) => ({ host, name: "some", packages: { [name]: "*" } });
const daemon = (program: string, ...words: string[]) => ({ host, name: "crasher", program, arguments: words });

const wrong: readonly DeclaredResource[] = [
  { type: "groundwork:posix:PackageSet", name: "package", args: packages("groundwork-has-no-such-package") },
  file("large", "/srv/full/file", "x".repeat(100_000)),
  { type: "groundwork:posix:Daemon", name: "crasher", args: daemon("/bin/sh", "-c", "echo no licence >&2; exit 3") },
];
const mended: readonly DeclaredResource[] = [
  { type: "groundwork:posix:PackageSet", name: "package", args: packages("hello") },
  file("large", "/srv/full/file", "small\n"),
  { type: "groundwork:posix:Daemon", name: "crasher", args: daemon("/bin/sleep", "infinity") },
];

/** How many errors each resource has. Of the stack, Pulumi itself repeats that each of them failed. */
function errors(output: string): Record<string, number> {
  const counts = diagnostics(output)
    .filter((part) => !part.includes("pulumi:pulumi:Stack "))
    .map((part) => [/\((\S+)\):/.exec(part)?.[1] ?? part, part.match(/^ *error: /gm)?.length ?? 0] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

const diagnostics = (output: string): string[] => (output.split("\nDiagnostics:\n")[1] ?? "").split(/\n(?= {2}\S)/);

/** The diagnostics of one resource. */
function said(output: string, name: string): string {
  const part = diagnostics(output).find((each) => each.includes(`(${name}):`));
  return part ?? `nothing was said of ${name}:\n${output}`;
}
