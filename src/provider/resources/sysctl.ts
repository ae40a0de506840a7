import { sysctlSchema } from "../../schemas/sysctl.ts";
import { HostError } from "../errors.ts";
import { defineResource } from "../resource.ts";

/** Holds a kernel parameter, now and after each boot. */
export default defineResource(sysctlSchema, {
  name: ({ key }) => key,
  identify: (key) => ({ key }),

  async observe(host, { key, value }) {
    const { live, kept } = await host.read(host.platform.kernel.parameter, key);
    if (kept === undefined) return undefined;
    if (live === kept) return { key, value: live };
    const seen = `${live ?? "unknown to the kernel"}; ${kept} after the next boot`;
    if (value !== undefined) return { key, value: seen };
    throw new HostError(
      host.name,
      `${key} is ${seen}, and is not imported: declare it, with the value that it should have`,
    );
  },

  async reconcile(host, { key, value }) {
    const { kernel } = host.platform;
    const { live, kept } = await host.read(kernel.parameter, key);
    // The live one first: what the kernel refuses is not written down either.
    if (live !== value) await host.run(kernel.set(key, value));
    const now = await host.read(kernel.parameter, key);
    if (now.live !== value) {
      throw new HostError(
        host.name,
        `the kernel turned ${value} into ${now.live} for ${key}; declare the value that it keeps`,
      );
    }
    if (kept !== value) await host.run(kernel.keep(key, value));
    const { kept: left } = await host.read(kernel.parameter, key);
    if (left !== value) {
      const way = `take that line out of its file or declare its value, and run again`;
      throw new HostError(host.name, `the next boot will not set ${key} to ${value}, because of ${left}: ${way}`);
    }
    host.remember(kernel.parameter, key);
  },

  async remove(host, { key }) {
    await host.run(host.platform.kernel.forget(key));
    host.forget(host.platform.kernel.parameter, key);
  },
});
