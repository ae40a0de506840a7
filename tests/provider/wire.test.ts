import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, test } from "vitest";
import { covers, unwrap, wrap } from "../../src/provider/rpc/wire.ts";
import { unknown } from "../../src/provider/values.ts";

const signature = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (rest: object) => ({ [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...rest });
const notKnown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const sent = (values: Record<string, unknown>) =>
  unwrap(struct.Struct.fromJavaScript(values as Record<string, struct.JavaScriptValue>));

test("secrets are opened, and their places kept", () => {
  expect(sent({ plain: "a", password: secret("b"), deep: { list: ["c", secret({ key: "d" })] } })).toEqual({
    values: { plain: "a", password: "b", deep: { list: ["c", { key: "d" }] } },
    secrets: [["deep", "list", 1], ["password"]],
  });
});

test("a secret within a secret is one secret", () => {
  expect(sent({ outer: secret({ inner: secret("x") }) })).toEqual({
    values: { outer: { inner: "x" } },
    secrets: [["outer"]],
  });
});

test("unknowns and output values become the symbol, the value, the secret", () => {
  const values = {
    later: notKnown,
    pending: output({}),
    known: output({ value: "v" }),
    hidden: output({ value: "w", secret: true }),
    laterSecret: output({ secret: true }),
    mixed: ["x", notKnown],
    secretUnknown: secret(notKnown),
  };
  expect(sent(values)).toEqual({
    values: {
      later: unknown,
      pending: unknown,
      known: "v",
      hidden: "w",
      laterSecret: unknown,
      mixed: ["x", unknown],
      secretUnknown: unknown,
    },
    secrets: [["hidden"], ["laterSecret"], ["secretUnknown"]],
  });
});

test("what goes out is what came in", () => {
  const values = {
    text: "ä\u0000\n",
    number: 1.5,
    flag: false,
    nothing: null,
    empty: {},
    list: [1, { password: secret("p") }],
    whole: secret({ a: [secret("b")], later: notKnown }),
  };
  const { values: opened, secrets } = sent(values);
  expect(wrap(opened, secrets).toJavaScript()).toEqual({ ...values, whole: secret({ a: ["b"], later: notKnown }) });
});

test("what lies below a secret place goes into one envelope, what is undefined goes nowhere", () => {
  const wrapped = wrap({ a: { b: "c", gone: undefined }, d: undefined, e: unknown }, [["a"], ["e"], ["d"]]);
  expect(wrapped.toJavaScript()).toEqual({ a: secret({ b: "c" }), e: secret(notKnown) });
});

test("nothing at all is no values", () => {
  expect(unwrap(undefined)).toEqual({ values: {}, secrets: [] });
});

test("a place is covered by itself and by what holds it, not by its neighbours", () => {
  expect(covers(["a"], ["a", 0, "b"])).toBe(true);
  expect(covers(["a", 0], ["a", 0])).toBe(true);
  expect(covers(["a", 0], ["a", 1])).toBe(false);
  expect(covers(["a", "b"], ["a"])).toBe(false);
});
