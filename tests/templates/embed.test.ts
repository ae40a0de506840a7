import { execa } from "execa";
import { expect, test } from "vitest";

const embed = new URL("../../templates/postgres/embed", import.meta.url).pathname;

test.each(["waiting", "all"])("`embed %s` says that no server runs, and that nothing is known", async (what) => {
  const env = {
    DATA: "/nonexistent",
    TABLE: "t",
    BODY: "b",
    VECTORS: "v",
    SERVER: "http://127.0.0.1:1",
    MODEL: "m",
    PREFIX: "",
  };
  const { exitCode, stderr } = await execa(embed, [what], { env, reject: false });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "no PostgreSQL runs on /nonexistent" });
});
