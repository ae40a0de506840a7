import { basename } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import configuration from "../../../src/provider/resources/configuration.ts";
import type { Values } from "../../../src/provider/values.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

const main = "/etc/nginx/nginx.conf";
const site = "/etc/nginx/conf.d/site.conf";
const other = "/etc/nginx/conf.d/other.conf";
const nginx = "events {}\nhttp { include /etc/nginx/conf.d/*.conf; }\n";
const answering = (text: string) => `server { listen 127.0.0.1:8081; return 200 "${text}"; }\n`;
const probe = "exec 3<>/dev/tcp/127.0.0.1/8081; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; grep -q 200 <&3";

describe.skipIf(!canRunLab)(`a configuration on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let on: LabHost;
  const sh = async (script: string) => {
    const { stdout, stderr, exitCode } = await lab.run("storage", ["bash", "-c", script]);
    if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout.trim();
  };
  const web = (files: Record<string, object>, values: Values = {}) =>
    desired(configuration, {
      host: "storage",
      name: "web",
      files,
      root: "/etc/nginx",
      validate: ["nginx", "-t"],
      activate: { unit: "nginx", action: "reload" },
      healthy: ["bash", "-c", probe],
      healthyTimeoutSec: 3,
      settleSec: 0,
      ...values,
    });
  const good = () => web({ [main]: { content: nginx }, [site]: { content: answering("first") } });
  const up = async (wanted: Values, recorded?: Values) => {
    on = await on.again();
    const read = await configuration.read(on.host, recorded ?? wanted);
    return configuration.apply(on.host, wanted, read);
  };
  const served = () => sh("exec 3<>/dev/tcp/127.0.0.1/8081; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; tail -n 1 <&3");
  const live = () => sh("cd /etc/nginx; sha256sum nginx.conf; ls -lA conf.d --time-style=+; tail -n +1 conf.d/*");
  const tidy = () =>
    sh(
      "find /etc/nginx /var/lib/groundwork/staged /var/lib/groundwork/unfinished -mindepth 1 -name '.groundwork*' -o -path '*/groundwork/*' -mindepth 1",
    );

  beforeAll(async () => {
    lab = await startLab("test-configuration", { hosts: ["storage"] });
    await lab.reset("storage");
    on = await labHost(lab, "storage");
    await sh(
      "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends nginx-light >/dev/null 2>&1",
    );
    await sh("rm -f /etc/nginx/conf.d/*");
    await up(good());
  }, 240_000);
  beforeEach(async () => {
    await sh("systemctl start nginx");
    await up(good());
    on.said.length = 0;
  }, 30_000);
  afterAll(async () => {
    await on?.close();
    await lab?.stop();
  });

  test("is live, and served by the running program", async () => {
    await up(web({ ...(good()["files"] as object), [site]: { content: answering("second"), mode: "0640" } }));
    expect(await served()).toBe("second");
    expect(await sh(`stat -c %a ${site}`)).toBe("640");
    expect(await tidy()).toBe("");
  });

  test("its digest changes with any file, and with nothing else", async () => {
    const before = await up(good());
    const same = await up(
      web({ [site]: { content: answering("first") }, [main]: { content: nginx } }, { settleSec: 1 }),
    );
    expect(same["digest"]).toBe(before["digest"]);
    const mode = await up(web({ [main]: { content: nginx, mode: "0600" }, [site]: { content: answering("first") } }));
    expect(mode["digest"]).not.toBe(before["digest"]);
  });

  test("drift is shown by file", async () => {
    await sh(`echo '# by hand' >>${site}; rm ${main}`);
    on = await on.again();
    const files = {
      [site]: { content: `${answering("first")}# by hand\n`, mode: "0644", owner: "root", group: "root" },
    };
    expect(await configuration.read(on.host, good())).toMatchObject({ files });
    expect(Object.keys((await configuration.read(on.host, good()))?.["files"] as object)).toEqual([site]);
  });

  test.each([
    [
      "the main file",
      { [main]: { content: "events {}\nhtp {}\n" } },
      /unknown directive "htp" in \/etc\/nginx\/nginx.conf:2/,
    ],
    [
      "an included file",
      { [site]: { content: "server { lisen 80; }" } },
      /unknown directive "lisen" in \/etc\/nginx\/conf.d\/site.conf:1/,
    ],
    [
      "a new file",
      { [other]: { content: "nonsense;" } },
      /unknown directive "nonsense" in \/etc\/nginx\/conf.d\/other.conf:1/,
    ],
  ])("fault 9: %s is not valid, and nothing live changes", async (_, files, line) => {
    const before = await live();
    const failure = await up(web({ ...(good()["files"] as object), ...files })).catch(String);
    expect(failure).toMatch(/storage: the new files are not valid, nothing was changed: /);
    expect(failure).toMatch(line);
    expect(await live()).toBe(before);
    expect(await served()).toBe("first");
    expect(await tidy()).toBe("");
  });

  test("fault 9: without a tree to stage, the live files are judged and put back", async () => {
    const before = await live();
    const bad = web({ ...(good()["files"] as object), [other]: { content: "nonsense;" } }, { root: undefined });
    await expect(up(bad)).rejects.toThrow(/rolled back: the new files are not valid: .*unknown directive "nonsense"/s);
    expect(await live()).toBe(before);
    expect(await tidy()).toBe("");
  });

  test("fault 10: a probe fails, and bytes, modes and service are as before", async () => {
    await sh(`chmod 640 ${site}; chown root:adm ${site}`);
    const before = await live();
    const moved = { content: 'server { listen 127.0.0.1:8082; return 200 "moved"; }', mode: "0600" };
    const bad = web({ [main]: { content: nginx }, [site]: moved, [other]: { content: "# new\n" } });
    await expect(up(bad)).rejects.toThrow(/storage: rolled back: not healthy within 3 s; the probe said: .*refused/s);
    expect(await live()).toBe(before);
    expect(await served()).toBe("first");
    expect(await tidy()).toBe("");
  }, 20_000);

  test("after a roll-back, what a person writes at its paths is theirs: it is kept, and returns", async () => {
    const theirs = "/etc/nginx/conf.d/theirs.conf";
    await sh(`echo '# theirs' >${theirs}`);
    const both = (text: string) => ({
      [main]: { content: nginx },
      [site]: { content: answering("first") },
      [other]: { content: text },
      [theirs]: { content: text },
    });
    const broken = web(both("nonsense;"), { root: undefined });
    await expect(up(broken)).rejects.toThrow("rolled back");
    await sh(`test ! -e ${other}; echo '# new' >${other}; echo '# edited' >${theirs}`);
    const three = web(both("# ours\n"));
    await up(three);
    await up(good(), three);
    expect(await sh(`cat ${other} ${theirs}; rm ${other} ${theirs}`)).toBe("# new\n# edited");
  }, 20_000);

  test("fault 10: the service dies 3 s after it took the files in", async () => {
    await sh(`mkdir -p /srv/d; printf '#!/bin/sh\\nread -r life </srv/d/life; exec sleep $life\\n' >/srv/d/run; chmod 755 /srv/d/run
      printf '[Service]\\nExecStart=/srv/d/run\\n' >/etc/systemd/system/mortal.service; echo 1000 >/srv/d/life
      systemctl daemon-reload; systemctl start mortal`);
    const mortal = (life: string) =>
      desired(configuration, {
        host: "storage",
        name: "mortal",
        files: { "/srv/d/life": { content: `${life}\n` } },
        activate: { unit: "mortal", action: "restart" },
      });
    await up(mortal("1000"));
    await expect(up(mortal("3"))).rejects.toThrow(/rolled back: mortal.service did not stay up after activation/);
    expect(await sh("cat /srv/d/life; systemctl is-active mortal")).toBe("1000\nactive");
    expect(await tidy()).toBe("");
    await sh("systemctl stop mortal");
    await up(mortal("3"));
    expect(await sh("cat /srv/d/life; systemctl is-active mortal || true")).toBe("3\ninactive");
  }, 30_000);

  test("a file that the program drops gives way to what stood there before", async () => {
    await sh(`echo '# theirs' >${other}`);
    const three = web({ ...(good()["files"] as object), [other]: { content: "# ours\n" } });
    await up(three);
    expect(await sh(`cat ${other}`)).toBe("# ours");
    await up(good(), three);
    expect(await sh(`cat ${other}; rm ${other}`)).toBe("# theirs");
    await up(three);
    await up(good(), three);
    expect(await sh("ls /etc/nginx/conf.d")).toBe("site.conf");
  });

  test("fault 3: killed between two files, the next run finishes, or goes back to what was whole", async () => {
    const before = await live();
    const second = web({ [main]: { content: `${nginx}# 2\n` }, [site]: { content: answering("second") } });
    // Every shell of the helper dies as it makes the second file live.
    const killer = [
      "#!/bin/sh",
      "for last; do :; done",
      `[ "$last" != ../${basename(site)} ] || [ -e /tmp/killed ] || {`,
      "  touch /tmp/killed",
      "  shells= at=$PPID",
      '  while [ "$(cat /proc/$at/comm)" = sh ]; do shells="$at $shells" at=$(ps -o ppid= -p $at | tr -d " "); done',
      "  kill -KILL $shells",
      "  exit 1",
      "}",
      'exec /usr/bin/mv.real "$@"',
    ];
    const quoted = killer.map((line) => `'${line.replaceAll("'", "'\\''")}'`).join(" ");
    await sh(
      `cp /usr/bin/mv /usr/bin/mv.real; printf '%s\\n' ${quoted} >/tmp/mv; chmod 755 /tmp/mv; mv.real /tmp/mv /usr/bin/mv`,
    );
    await expect(up(second)).rejects.toThrow();
    expect(await sh(`mv.real -f /usr/bin/mv.real /usr/bin/mv; rm /tmp/killed; tail -n 1 ${main}; cat ${site}`)).toBe(
      `# 2\n${answering("first").trim()}`,
    );
    on = await on.again();
    const halfway = (await configuration.read(on.host, good()))?.["files"] as object;
    expect(Object.keys(halfway).join()).toMatch(/an earlier run ended before its service took the files in/);
    await expect(
      up(web({ [main]: { content: nginx }, [site]: { content: "nonsense;" } }, { root: undefined })),
    ).rejects.toThrow("rolled back");
    expect(await live()).toBe(before);
    await up(second);
    expect(await served()).toBe("second");
    expect(await tidy()).toBe("");
  }, 30_000);

  test("fault 3: killed before the service took them in, the next run makes it do so", async () => {
    await sh(`mkdir -p /var/lib/groundwork/unfinished/web; printf '%s' '${answering("second")}' >${site}`);
    const second = web({ [main]: { content: nginx }, [site]: { content: answering("second") } });
    expect(await served()).toBe("first");
    await up(second);
    expect(await served()).toBe("second");
    expect(Object.keys((await configuration.read(on.host, second))?.["files"] as object)).toEqual([main, site]);
  });

  test("a file whose content is ignored, which comes back as it was read, gets its mode and keeps what it holds", async () => {
    await up(web({ ...(good()["files"] as object), [other]: { content: "# at first\n" } }));
    await sh(`seq -f '# %g of the application' 5000 >/tmp/large; cp /tmp/large ${other}; chmod 600 ${other}`);
    on = await on.again();
    const read = await configuration.read(on.host, web({ [other]: { content: "# at first\n" } }));
    const { content } = (read as { files: Record<string, { content: string }> }).files[other]!;
    expect(content).toMatch(/^\(\d+ bytes, sha256 /);
    const ignored = web({ ...(good()["files"] as object), [other]: { content } });
    const state = await up(ignored);
    expect(await sh(`cmp /tmp/large ${other} && stat -c %a ${other}`)).toBe("644");
    expect(await up(ignored)).toEqual(state);
    await sh(`rm ${other}`);
    await expect(up(ignored)).rejects.toThrow(/other.conf should hold \(\d+ bytes, .* nothing was written/);
    await up(good(), ignored);
  });

  test("fault 19: what a person edits between preview and up is not overwritten", async () => {
    const read = await configuration.read(on.host, good());
    await sh(`echo '# by hand' >>${site}`);
    on = await on.again();
    const second = web({ [main]: { content: nginx }, [site]: { content: answering("second") } });
    await expect(configuration.apply(on.host, second, read)).rejects.toThrow(/site.conf changed since it was read/);
    expect(await sh(`tail -n 1 ${site}`)).toBe("# by hand");
  });

  test("a name is enough to import; a delete puts back what stood there, and may be repeated", async () => {
    on = await on.again();
    expect(await configuration.list?.(on.host)).toContain("web");
    const found = await configuration.read(on.host, { host: "storage", ...configuration.identify("web") }, true);
    expect(found).toMatchObject({ name: "web", files: good()["files"] });
    await configuration.remove(on.host, good());
    await configuration.remove(on.host, good());
    expect(await sh(`ls /etc/nginx/conf.d; grep -c sites-enabled ${main}; nginx -t 2>&1 | grep -c successful`)).toBe(
      "1\n1",
    );
    expect(await configuration.read(on.host, { host: "storage", name: "web" }, true)).toBeUndefined();
  });
});
