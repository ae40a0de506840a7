import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

export interface PasswordArgs {
  /** A password of the user's own. @default a generated one */
  given?: pulumi.Input<string>;
  /** A higher number generates a new one. */
  rotation: number;
}

/** The given password, or a generated one; a secret. Without special characters it needs no quoting anywhere. */
export function password(
  name: string,
  { given, rotation }: PasswordArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (given !== undefined) return pulumi.secret(given);
  const keepers = { rotation: String(rotation) };
  return new random.RandomPassword(name, { length: 32, special: false, keepers }, opts).result;
}
