import { type Failure, type Input, type RandomResource, UNKNOWN, type Values, withDefaults } from "./resource.ts";

/** Every fault of the inputs at once. */
export function checkInputs(resource: RandomResource, given: Values): Failure[] {
  const single = Object.entries(resource.inputs).flatMap(([property, input]) => {
    const reason = fault(given[property] ?? undefined, input);
    return reason ? [{ property, reason }] : [];
  });
  return single.length > 0 ? single : (resource.check?.(withDefaults(resource, given)) ?? []);
}

function fault(value: unknown, input: Input): string | undefined {
  if (value === undefined) return input.required ? "is required" : undefined;
  if (value === UNKNOWN) return undefined;
  switch (input.type) {
    case "integer":
      if (!Number.isSafeInteger(value)) return "must be a whole number";
      return Number(value) < (input.min ?? 0) ? `must be at least ${input.min ?? 0}` : undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "string":
      return typeof value === "string" ? undefined : "must be text";
    case "map":
      return isTextMap(value) ? undefined : "must map names to text";
  }
}

const isTextMap = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => item === null || typeof item === "string");
