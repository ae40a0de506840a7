import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

import { deploy, schema } from "../../stacks/macminis/index.ts";
import { record } from "../components/record.ts";
import { changed, labValues } from "../schemas/config.ts";

test("the metrics tell when a certificate of the user's own ends", async () => {
  const folder = await mkdtemp(join(tmpdir(), "groundwork-site-"));
  const [certificate, key] = [join(folder, "site.crt"), join(folder, "site.key")];
  try {
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
    await execa("openssl", [...made, "-keyout", key, "-out", certificate, "-subj", "/CN=site"]);
    const own = changed(labValues(), "services.nginx.tls", { mode: "files", certificate, key });
    const values = changed(own, "services.nginx.port", 443);
    const { registered } = await record(() => deploy(schema.parse(values)));
    const told = registered.find(({ name }) => name === "control-certificates")?.inputs["content"];
    const { stdout } = await execa("openssl", ["x509", "-in", certificate, "-noout", "-enddate"]);
    const ends = Date.parse(stdout.replace("notAfter=", "")) / 1000;
    expect(told).toContain(`{certificate="site"} ${ends}\n`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
