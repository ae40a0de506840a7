import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

import type { Deployed } from "../../support/deployed.ts";

/** The site by TLS: with a certificate of the user's own, then with one of the system's own authority. */
export function tls(system: () => Deployed): void {
  const shell = (script: string) => system().sh("control", script);
  const file = (suffix: string) => join(system().lab.folder, `site.${suffix}`);
  const renewed = async () => {
    const subject = ["-subj", "/CN=site", "-addext", `subjectAltName=IP:${system().lab.address("control")}`];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
    await execa("openssl", [...made, "-keyout", file("key"), "-out", file("crt"), ...subject]);
  };
  const fingerprint = () =>
    shell("openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256");
  const here = async () =>
    (await execa("openssl", ["x509", "-in", file("crt"), "-noout", "-fingerprint", "-sha256"])).stdout;

  test("the site moves to 443, and 80 leads there; a certificate that nobody trusts fails the smoke test", async () => {
    await renewed();
    const own = { mode: "files", certificate: file("crt"), key: file("key") };
    await system().configure({ "services.nginx.port": 443, "services.nginx.tls": own });
    const { exitCode, output } = await system().pulumi(["up", "--yes", "--skip-preview"]);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/smoke test site failed at nginx: .*self-signed certificate/);
    expect(output).toContain("look at the log of nginx on control");

    expect(await fingerprint()).toBe(await here());
    const answer = await fetch(`${system().site()}/somewhere?else`, { redirect: "manual" });
    const there = `https://${system().lab.address("control")}/somewhere?else`;
    expect([answer.status, answer.headers.get("location")]).toEqual([301, there]);
    const secure = system().site().replace("http", "https");
    expect(await shell(`curl -sik ${secure}/`)).toMatch(/strict-transport-security: max-age/i);
    expect(await shell("stat -c '%a %U' /etc/nginx/site.key")).toBe("600 root");
  });

  test("a renewal is a reload: the process stays; a smoke test that failed is run again, and fails again", async () => {
    const before = await system().mainPid("control", "nginx");
    await renewed();
    const { exitCode, output } = await system().pulumi(["up", "--yes", "--skip-preview"]);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/smoke test site failed at nginx: .*self-signed certificate/);
    expect(await fingerprint()).toBe(await here());
    expect(await system().mainPid("control", "nginx")).toBe(before);
  });

  test("with a certificate of its own authority every smoke test passes", async () => {
    await system().configure({ "services.nginx.tls": { mode: "internal-ca" } });
    await system().up();
    const shown = "openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null";
    expect(await shell(shown)).toContain("CN=site");
    const ends = await shell(`date -d "$(${shown} | openssl x509 -noout -enddate | cut -d= -f2)" +%s`);
    const told = await shell("cat /var/lib/groundwork-metrics/groundwork-certificates.prom");
    expect(told.split("\n")).toContain(`groundwork_certificate_end_timestamp_seconds{certificate="site"} ${ends}`);
  });

  test("another name and port of the site: certificate, Nginx and the API have it, and nothing else changes", async () => {
    const domain = "wiki.example.org";
    const nginx = await system().mainPid("control", "nginx");
    // This machine's resolver does not know the name.
    await system().configure({
      "services.nginx.serverName": domain,
      "services.nginx.port": 8443,
      "services.api.smokeTests": [],
    });
    await system().up();
    const authority = await system().sh("storage", "cat /etc/groundwork-authority/ca.crt");
    const asked = `curl -fsS --resolve ${domain}:8443:127.0.0.1 --cacert /dev/stdin https://${domain}:8443/healthz`;
    expect(await shell(`${asked} <<'CERTIFICATE'\n${authority}\nCERTIFICATE\n`)).toBe("ok");
    const environment = `tr '\\0' '\\n' </proc/"$(pgrep -u sot-api -o node)"/environ | sed -n s/^PUBLIC_URL=//p`;
    expect(await shell(environment)).toBe(`https://${domain}:8443`);
    expect(await shell("ss -ltnH 'sport = :443'")).toBe("");
    expect(await system().mainPid("control", "nginx")).toBe(nginx);
    await system().unchanged();
  });
}
