/** What a shell ends with where a program may not be run, or is not there, whatever its words: another resource may be about to put it there. */
export const noProgram: readonly number[] = [126, 127];
