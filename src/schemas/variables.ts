import { type ConfigFault, configKey } from "./config-fault.ts";
import { connectionPaths } from "./stack.ts";

type Values = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts variables of the environment where the paths of connections have `${NAME}`, so that a committed configuration
 * works for everybody. `~` is left to the provider. An unset variable is a fault.
 */
export function expandPaths(values: Values, environment: Environment): { values: Values; faults: ConfigFault[] } {
  const faults: ConfigFault[] = [];
  const expand = (text: string, path: string[]): string =>
    text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const found = environment[name];
      if (!found) faults.push(unset(path, text, name));
      return found ?? "";
    });
  const hosts = mapObject(values["hosts"], (host, hostName) =>
    withKey(host, "connection", (connection) =>
      mapObject(connection, (value, key) =>
        (connectionPaths as readonly string[]).includes(key) && typeof value === "string"
          ? expand(value, ["hosts", hostName, "connection", key])
          : value,
      ),
    ),
  );
  return { values: hosts === undefined ? values : { ...values, hosts }, faults };
}

function unset(path: string[], text: string, name: string): ConfigFault {
  const mend = name === "GROUNDWORK_LAB" ? 'eval "$(npx groundwork lab env)"' : `export ${name}=...`;
  return { key: configKey(path), said: `is ${JSON.stringify(text)}; ${name} is not set in the environment`, mend };
}

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mapObject = (value: unknown, change: (value: unknown, key: string) => unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item, key)])) : value;

const withKey = (value: unknown, key: string, change: (value: unknown) => unknown): unknown =>
  isObject(value) && key in value ? { ...value, [key]: change(value[key]) } : value;
