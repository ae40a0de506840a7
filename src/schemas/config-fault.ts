// What is wrong with a configuration, each fault with its place, the value, what is allowed and the command that mends it.
import { z } from "zod";

import { nearest } from "./nearest.ts";

export interface ConfigFault {
  /** As `pulumi config set --path` takes it: `groundwork:services.api.port`. */
  readonly key: string;
  readonly said: string;
  readonly mend: string;
}

/** A configuration as Pulumi hands it over. */
export interface GivenConfig {
  readonly stack: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Keys that hold something encrypted: nothing below them is ever shown. */
  readonly secretKeys: ReadonlySet<string>;
}

export type Path = readonly PropertyKey[];

export const configKey = (path: Path): string =>
  `groundwork:${path.map((key, index) => step(key, index === 0)).join("")}`;

function step(key: PropertyKey, first: boolean): string {
  if (typeof key === "number") return `[${key}]`;
  const text = String(key);
  if (!/^[\w-]+$/.test(text)) return `["${text}"]`;
  return first ? text : `.${text}`;
}

/** The command that gives a key a value; a secret is asked for, so that no shell remembers it. */
export function setCommand(stack: string, path: Path, value: string | undefined): string {
  const options = [`--stack ${stack}`, ...(value === undefined ? ["--secret"] : []), "--path"];
  const words = value === undefined ? [] : [/^[\w./:-]+$/.test(value) ? value : `'${value}'`];
  return ["pulumi config set", ...options, `'${configKey(path)}'`, ...words].join(" ");
}

/** Every fault at once; empty when the schema takes the values. */
export function configFaults(schema: z.ZodObject, config: GivenConfig): ConfigFault[] {
  const { success, error } = schema.safeParse(config.values);
  const told = success ? [] : error.issues.flatMap((issue) => issueFaults(schema, config, issue));
  return [...told, ...plainSecrets(schema, config, config.values, [])];
}

function issueFaults(schema: z.ZodType, config: GivenConfig, issue: z.core.$ZodIssue): ConfigFault[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(schemaAt(schema, path), config.stack, path, key));
  }
  const at = schemaAt(schema, path);
  const key = configKey(path);
  const mend = setCommand(config.stack, path, isSecret(at) ? undefined : example(at));
  if (issue.code === "invalid_key") {
    return [{ key, said: `cannot be a name: ${issue.issues[0]?.message}`, mend: removeCommand(config.stack, path) }];
  }
  const value = valueAt(config.values, path);
  if (value === undefined) {
    const what = metaOf(at).description;
    return [{ key, said: `is missing${what ? `: ${what}` : ""}; ${wanted(issue)}`, mend }];
  }
  return [{ key, said: `is ${isSecret(at) ? secret : shown(config, path, value)}; ${wanted(issue)}`, mend }];
}

const secret = "[secret]";

/** A value, where it may be shown. */
export const shown = ({ secretKeys }: GivenConfig, [first]: Path, value: unknown): string =>
  secretKeys.has(String(first)) ? secret : JSON.stringify(value);

/** What is allowed: the schema's own words, or Zod's, shortened. */
function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value" && issue.message.startsWith("Invalid ")) {
    return `must be one of ${issue.values.map(String).join(", ")}`;
  }
  return issue.message
    .replace(/^Invalid input: expected (\w+), received \w+$/, "must be of type $1")
    .replace(/^Too (small|big): expected \w+ to (be|have) /, "must $2 ");
}

function unknownKey(parent: z.ZodType | undefined, stack: string, path: Path, key: string): ConfigFault {
  const object = unwrap(parent);
  const keys = object instanceof z.ZodObject ? Object.keys(object.shape) : [];
  const near = nearest(key, keys);
  const hint = near ? `did you mean ${near}?` : `there are: ${keys.join(", ")}`;
  const at = [...path, key];
  return { key: configKey(at), said: `is not known; ${hint}`, mend: removeCommand(stack, at) };
}

const removeCommand = (stack: string, path: Path) => `pulumi config rm --stack ${stack} --path '${configKey(path)}'`;

/** Secrets that stand in the file for everybody to read. */
function plainSecrets(schema: z.ZodType | undefined, config: GivenConfig, value: unknown, path: Path): ConfigFault[] {
  if (config.secretKeys.has(String(path[0]))) return [];
  if (typeof value === "string" && isSecret(schema)) {
    return [{ key: configKey(path), said: "is in plain text", mend: setCommand(config.stack, path, undefined) }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    plainSecrets(schemaBelow(schema, key), config, item, [...path, key]),
  );
}

const isWrapper = (schema: z.ZodType | undefined): schema is z.ZodDefault | z.ZodPrefault | z.ZodOptional =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;

export const unwrap = (schema: z.ZodType | undefined): z.ZodType | undefined =>
  isWrapper(schema) ? unwrap(schema.unwrap() as z.ZodType) : schema;

/** What is said of a schema, before or after it was given a default or made optional. */
export const metaOf = (schema: z.ZodType | undefined): z.core.GlobalMeta =>
  isWrapper(schema) ? { ...metaOf(schema.unwrap() as z.ZodType), ...schema.meta() } : (schema?.meta() ?? {});

/** What the schema says of a key. */
export function schemaBelow(schema: z.ZodType | undefined, key: PropertyKey): z.ZodType | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape[String(key)];
  if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
  if (inner instanceof z.ZodDiscriminatedUnion) {
    return inner.options.map((option) => schemaBelow(option as z.ZodType, key)).find(Boolean);
  }
  return inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined;
}

const schemaAt = (schema: z.ZodType, path: Path): z.ZodType | undefined =>
  path.reduce<z.ZodType | undefined>(schemaBelow, schema);

const isSecret = (schema: z.ZodType | undefined): boolean => metaOf(schema)["secret"] === true;

function example(schema: z.ZodType | undefined): string {
  const inner = unwrap(schema);
  const [given] = (metaOf(schema)["examples"] ?? []) as unknown[];
  if (given !== undefined) return String(given);
  if (schema instanceof z.ZodDefault && typeof schema.def.defaultValue !== "object")
    return String(schema.def.defaultValue);
  return inner instanceof z.ZodEnum ? String(inner.options[0]) : "VALUE";
}

const valueAt = (values: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], values);
