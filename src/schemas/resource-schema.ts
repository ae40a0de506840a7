import type { z } from "zod";

/**
 * What may be said of one kind of resource: the one place its properties are written. Types, defaults, checks, client
 * classes and the provider's published schema derive from it.
 */
export interface ResourceSchema<Inputs extends z.ZodObject = z.ZodObject, Outputs extends z.ZodObject = z.ZodObject> {
  /** Pulumi type token: `groundwork:posix:File`. */
  readonly type: string;
  /** Second part of an ID, `storage/file//etc/motd`: unique among all kinds. */
  readonly kind: string;
  readonly description: string;
  /** What the program says. Always has `host`. */
  readonly inputs: Inputs;
  /** What only the machine knows; read, never declared. */
  readonly outputs: Outputs;
  /** Inputs that name the thing: a change makes a new one. Always holds `host`. */
  readonly replaceOn: readonly (keyof z.output<Inputs> & string)[];
  /** Those of them under which the new thing is the old one: its delete would take from the host what the create found there. */
  readonly deleteFirstOn?: readonly (keyof z.output<Inputs> & string)[];
  /** Lists whose entries one thing of a host has at a time: where the new one keeps any of the old one's, the delete comes first too. */
  readonly exclusive?: readonly (keyof z.output<Inputs> & string)[];
  /** Inputs that cannot change once the thing exists, with the manual way to change them. */
  readonly refuseOn?: { readonly [Key in keyof z.output<Inputs> & string]?: string };
  /** Inputs that say how, not what (`validate`, `destroyOnDelete`): recorded, never compared with the machine. */
  readonly intent?: readonly (keyof z.output<Inputs> & string)[];
  /**
   * Inputs that say "none" where the program leaves them out: what the machine has then is taken away. Any other that is
   * left out is not managed.
   */
  readonly absentMeansNone?: readonly (keyof z.output<Inputs> & string)[];
  /** Inputs that are secrets whoever gives them: always wrapped, also in an import. */
  readonly secrets?: readonly (keyof z.output<Inputs> & string)[];
  /** What it means that the thing is gone where none that is made can be the same: told before and when another is made. */
  readonly lost?: string;
  /** Refuse to overwrite what somebody changed between the last read and the write. */
  readonly guarded?: boolean;
}

/** Inputs that the program has a say in: what it gives, and what it says "none" of. */
export const managed = ({ inputs, absentMeansNone = [] }: ResourceSchema, desired: object): string[] =>
  Object.keys(inputs.shape).filter((key) => desired[key as never] !== undefined || absentMeansNone.includes(key));

export type Desired<Schema> = Schema extends ResourceSchema<infer Inputs, z.ZodObject> ? z.output<Inputs> : never;
export type Arguments<Schema> = Schema extends ResourceSchema<infer Inputs, z.ZodObject> ? z.input<Inputs> : never;

/** What only the machine knows. Zod's type of an empty object forbids every key, hence the filter. */
export type Computed<Schema> =
  Schema extends ResourceSchema<z.ZodObject, infer Outputs>
    ? { [Key in keyof z.output<Outputs> as string extends Key ? never : Key]: z.output<Outputs>[Key] }
    : never;

/** What a machine answered: any input may be missing there, or hold what the schema would not allow. */
export type Observed<Schema> = { [Key in keyof Desired<Schema>]?: unknown } & Computed<Schema>;

export const resourceSchema = <Inputs extends z.ZodObject, Outputs extends z.ZodObject>(
  schema: ResourceSchema<Inputs, Outputs>,
): ResourceSchema<Inputs, Outputs> => schema;
