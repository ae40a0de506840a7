import * as pulumi from "@pulumi/pulumi";

import type { Arguments, Computed, Desired, ResourceSchema } from "../schemas/resource-schema.ts";

/** Each property, at any depth, may be a value or the output of another resource. */
export type Inputs<T> = { [Key in keyof T]: InputOf<T[Key]> };
type Scalar = string | number | boolean | undefined;
type InputOf<T> = [T] extends [Scalar]
  ? pulumi.Input<T>
  : T extends readonly (infer Item)[]
    ? pulumi.Input<InputOf<Item>[]>
    : T extends object
      ? pulumi.Input<Inputs<T>>
      : T;

/** What a resource offers to others: its inputs as the machine has them, and what only the machine knows. */
export type Properties<Schema extends ResourceSchema> = {
  readonly [Key in keyof (Desired<Schema> & Computed<Schema>)]: pulumi.Output<
    (Desired<Schema> & Computed<Schema>)[Key]
  >;
};

export interface ResourceClass<Schema extends ResourceSchema> {
  new (
    name: string,
    args: Inputs<Arguments<Schema>>,
    opts?: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource & Properties<Schema>;
}

/** The client class of a resource, made from its schema, so that each property is written once. */
export function resourceClass<Schema extends ResourceSchema>(schema: Schema): ResourceClass<Schema> {
  const properties = [...Object.keys(schema.inputs.shape), ...Object.keys(schema.outputs.shape)];
  const unset = Object.fromEntries(properties.map((key) => [key, undefined]));

  return class extends pulumi.CustomResource {
    constructor(name: string, args: Record<string, unknown>, opts?: pulumi.CustomResourceOptions) {
      // The SDK makes outputs only of the properties it is given.
      super(schema.type, name, { ...unset, ...args }, opts);
    }
  } as unknown as ResourceClass<Schema>;
}
