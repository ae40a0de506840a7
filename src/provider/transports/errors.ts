// Why a host could not be reached. All are `Unreachable`: of what is on the host nothing is known then.
import { Unreachable } from "../errors.ts";

/** The address answers, but nothing accepts connections at the port. */
export class ConnectionRefused extends Unreachable {}
/** No answer within the time allowed. */
export class ConnectionTimeout extends Unreachable {}
export class NoRoute extends Unreachable {}
export class NameNotResolved extends Unreachable {}
/** A connection that stood was cut, or what came over it was not understood. */
export class ConnectionLost extends Unreachable {}
/** The configuration of the connection is wrong: a file that is missing, a field that is not set. */
export class ConnectionMisconfigured extends Unreachable {}
export class AuthenticationFailed extends Unreachable {}
/** Another key than the known one, or an unknown one. */
export class HostKeyRefused extends Unreachable {}
/** The login works, but no command can be run. */
export class NoShell extends Unreachable {}
export class SudoMissing extends Unreachable {}
export class SudoPasswordRefused extends Unreachable {}
/** sudo refuses for another reason: no rule for the user, a terminal required. */
export class SudoRefused extends Unreachable {}

/** Errors that may pass when tried again. */
export const isTransient = (error: unknown): boolean =>
  error instanceof ConnectionRefused ||
  error instanceof ConnectionTimeout ||
  error instanceof NoRoute ||
  error instanceof ConnectionLost;
