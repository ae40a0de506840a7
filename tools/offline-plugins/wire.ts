// Values as they travel between engine and plugin.
import struct from "google-protobuf/google/protobuf/struct_pb.js";

export type Values = Record<string, unknown>;

/** What stands for a value that a preview cannot know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export const secret = (value: unknown): Values => ({ [SIGNATURE]: SECRET, value });

const isObject = (value: unknown): value is Values => typeof value === "object" && value !== null;
const isSecret = (value: unknown): value is { value: unknown } => isObject(value) && value[SIGNATURE] === SECRET;

/** Whether there is a secret at any depth. */
export const holdsSecret = (value: unknown): boolean =>
  isSecret(value) || (isObject(value) && Object.values(value).some(holdsSecret));

/** Without the marks of secrets, at any depth. */
export function opened<Value>(value: Value): Value {
  if (isSecret(value)) return opened(value.value) as Value;
  if (Array.isArray(value)) return value.map(opened) as Value;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)])) as Value;
}

export const fromStruct = (message: struct.Struct | undefined): Values => message?.toJavaScript() ?? {};

export const toStruct = (values: Values): struct.Struct => {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return struct.Struct.fromJavaScript(Object.fromEntries(known) as Record<string, struct.JavaScriptValue>);
};
