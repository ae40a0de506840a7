/** Of a kind that a host has one of: always called the same, always there. */
export const onlyOne = (kind: string, only: string, what: string) => ({
  name: () => only,
  identify(name: string) {
    if (name !== only) throw new Error(`a host has one ${what}, and its ID ends in /${kind}/${only}, not in ${name}`);
    return {};
  },
  list: async () => [only],
});
