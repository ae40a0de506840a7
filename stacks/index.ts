// A stack runs the program that its configuration names.
import { configKey, setCommand } from "../src/schemas/config-fault.ts";
import { nearest } from "../src/schemas/nearest.ts";
import { checkedConfig, faulty, givenConfig } from "./config.ts";
import * as macminis from "./macminis/index.ts";
import { leavePromisesUntraced } from "./promise-traces.ts";

const programs = { macminis };

leavePromisesUntraced();

export default async function run(): Promise<object> {
  const given = givenConfig();
  const { program: name } = given.values;
  const names = Object.keys(programs);
  if (typeof name !== "string" || !Object.hasOwn(programs, name)) {
    const said = name === undefined ? "is missing" : `is ${JSON.stringify(name)}`;
    const mend = setCommand(given.stack, ["program"], nearest(String(name), names) ?? names[0]);
    throw faulty(given.stack, [{ key: configKey(["program"]), said: `${said}; there are: ${names.join(", ")}`, mend }]);
  }
  const program = programs[name as keyof typeof programs];
  return program.deploy(checkedConfig(program.schema, given));
}
