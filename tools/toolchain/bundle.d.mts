import type { BuildOptions } from "esbuild";

export interface BundleOptions {
  /** The repository, as an absolute path. */
  root: string;
  /** The TypeScript file to start from, relative to `root`. */
  entry: string;
  /** Folder name in the cache. */
  name: string;
  /** Packages that it takes from the project's `node_modules` when it runs. */
  external?: readonly string[];
  /** What esbuild is told otherwise. */
  settings?: BuildOptions;
}

export declare function cacheDir(): string;
export declare function freshBundle(options: BundleOptions): string | undefined;
export declare function bundle(options: BundleOptions): Promise<string>;
export declare function write(file: string, bytes: string | Uint8Array): void;
