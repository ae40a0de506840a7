// Every registered type: what is wrong is refused at its property, before any host is asked.
import { expect, test } from "vitest";

import { check } from "../../src/provider/check.ts";
import { pathText, unknown } from "../../src/provider/values.ts";
import { contracts, desiredOf, host } from "./cases.ts";

const all = [...(await contracts("debian")), ...(await contracts("darwin")).filter(({ platforms }) => platforms)];

for (const contract of all) {
  const { kind, resource, args, wrong, notImported } = contract;
  const { schema } = resource;
  const failures = (values: object) => check(schema.inputs, { ...args, host, ...values }).failures;

  test(`${kind}: its case is right`, () => {
    expect(failures({})).toEqual([]);
  });

  test.each(Object.entries(wrong))(`${kind}: wrong input is refused at %s`, (property, values) => {
    expect(failures(values).map(({ path }) => pathText(path))).toContain(property);
  });

  test(`${kind}: a misspelt property and a wrong host name are refused`, () => {
    expect(failures({ nonsense: 1, host: "No Host" }).map(({ path }) => pathText(path))).toEqual(
      expect.arrayContaining(["nonsense", "host"]),
    );
  });

  test(`${kind}: values that are not known yet are not refused`, () => {
    const later = Object.fromEntries(Object.keys(args).map((key) => [key, unknown]));
    expect(failures(later)).toEqual([]);
  });

  test.skipIf(notImported)(`${kind}: an ID leads back to the thing`, () => {
    const id = resource.id(desiredOf(contract));
    const [first, second, ...rest] = id.split("/");
    expect([first, second]).toEqual([host, kind]);
    expect(resource.id({ ...resource.identify(rest.join("/")), host })).toBe(id);
  });

  test(`${kind}: every property is described, and named ones exist`, () => {
    const inputs = Object.keys(schema.inputs.shape);
    expect(inputs).toEqual(
      expect.arrayContaining([...schema.replaceOn, ...(schema.intent ?? []), ...(schema.secrets ?? [])]),
    );
    expect(schema.replaceOn).toContain("host");
  });
}
