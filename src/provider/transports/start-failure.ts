// Why no helper came up, told from what the login and sudo said.
import type { Unreachable } from "../errors.ts";
import { ConnectionLost, NoShell, SudoMissing, SudoPasswordRefused, SudoRefused } from "./errors.ts";
import type { Start } from "./shell.ts";

export interface Failure {
  /** Missing where the login still runs, or the connection went away. */
  readonly exitCode?: number;
  readonly reason?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** How often sudo asked. */
  readonly prompts: number;
  /** The helper's shell ran already. */
  readonly started: boolean;
}

const wantsTerminal = /you must have a tty|terminal is required/i;

class TerminalRequired extends SudoRefused {}

export const sudoWantsTerminal = (error: unknown): boolean => error instanceof TerminalRequired;

export function explain({ host, connection, sudo }: Start, failure: Failure): Unreachable {
  const { target } = connection;
  const { exitCode, prompts, started } = failure;
  const said = lastLines(`${failure.stdout}\n${failure.stderr}`);
  const mend = `pulumi config set --secret --path 'groundwork:hosts.${host}.connection.sudo.password'`;

  const refusedByUs = prompts > 1 || (prompts === 1 && sudo?.password === undefined);
  if (exitCode === undefined && !refusedByUs) {
    return new ConnectionLost(host, `${target} ended the connection before the helper ran: ${failure.reason ?? said}`);
  }
  if (started) {
    return new NoShell(host, `the helper on ${target} ended at once (exit code ${exitCode}) and said: ${said}`);
  }
  const denied = prompts > 1 || /incorrect password|try again/i.test(said);
  if (sudo && prompts > 0 && (sudo.password === undefined || denied)) {
    return sudo.password === undefined
      ? new SudoPasswordRefused(host, `sudo on ${target} asks for a password and none is given; give it: ${mend}`)
      : new SudoPasswordRefused(host, `sudo on ${target} refused the password; correct it: ${mend}`);
  }
  if (sudo && wantsTerminal.test(said)) {
    return new TerminalRequired(
      host,
      `sudo on ${target} runs only from a terminal (requiretty) and none could be given; add \`Defaults:USER !requiretty\` to its sudoers`,
    );
  }
  if (sudo && exitCode === 127) {
    return new SudoMissing(
      host,
      `no sudo on ${target} (${said}); install it, or log in as root and leave \`sudo\` out`,
    );
  }
  if (sudo && /\bsudo\b|sudoers/i.test(said)) {
    return new SudoRefused(host, `sudo on ${target} refused: ${said}`);
  }
  return new NoShell(
    host,
    `${target} accepts the login but runs no command: exit code ${exitCode}, it said: ${said}. The user needs a login shell such as /bin/sh`,
  );
}

const lastLines = (text: string): string =>
  text
    .split(/\r?\n|[0-9a-f]+%:password:/)
    .filter((line) => line.trim() !== "")
    .slice(-4)
    .join("; ")
    .slice(-600) || "nothing";
