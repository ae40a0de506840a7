/** Why something is not served. @param given what the configuration says of it, if anything */
export const off = (key: string, given: object | undefined): string =>
  given
    ? `off: services.${key} has no artefact, and the platform has no package of it`
    : `off: services.${key} is not set`;
