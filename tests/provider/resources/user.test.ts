import { afterAll, beforeAll, describe, expect, test } from "vitest";

import group from "../../../src/provider/resources/group.ts";
import user from "../../../src/provider/resources/user.ts";
import type { Values } from "../../../src/provider/values.ts";
import { groupSchema } from "../../../src/schemas/group.ts";
import { userSchema } from "../../../src/schemas/user.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";

const key = `ssh-ed25519 ${"A".repeat(68)} deploy@here`;
const named = (values: Values = {}): Values => userSchema.inputs.parse({ host: "control", name: "deploy", ...values });
const full = named({
  uid: 4321,
  groups: ["sudo", "adm", "sudo"],
  home: "/srv/deploy",
  shell: "/bin/sh",
  comment: "Deploys things",
  authorizedKeys: [key],
  locked: true,
});

describe.skipIf(!canRunLab)(`User on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let host: Machine;
  const clean = `userdel -r deploy 2>/dev/null || :; groupdel deploy 2>/dev/null || :
    userdel -r before 2>/dev/null || :; userdel -r late 2>/dev/null || :; userdel keeper 2>/dev/null || :; groupdel keepers 2>/dev/null || :
    userdel svc 2>/dev/null || :; groupdel svc 2>/dev/null || :
    rm -rf /srv/* /var/lib/groundwork/users /var/lib/groundwork/groups* /var/lib/groundwork/authorized-keys`;

  beforeAll(async () => {
    host = await machine("test-user", "control");
    await host.shell(clean);
  });
  afterAll(async () => {
    await host?.shell(clean);
    await host?.close();
  });

  test("is made as declared, and then there is no drift", async () => {
    expect(await host.drifted(user, full)).toBe("gone");
    await host.apply(user, full);
    expect(await host.drifted(user, full)).toEqual([]);
    expect(await host.shell("getent passwd deploy; id -Gn deploy; passwd -S deploy | cut -c1-8")).toBe(
      "deploy:x:4321:4321:Deploys things:/srv/deploy:/bin/sh\ndeploy adm sudo\ndeploy L",
    );
    expect(await host.shell("stat -c '%a %U' /srv/deploy/.ssh /srv/deploy/.ssh/authorized_keys")).toBe(
      "700 deploy\n600 deploy",
    );
    expect(await host.shell("cat /srv/deploy/.ssh/authorized_keys")).toBe(key);
  });

  test.each([
    ["a shell", "usermod --shell /bin/bash deploy", "shell"],
    ["a further group", "usermod --append --groups staff deploy", "groups"],
    ["a comment", "usermod --comment x deploy", "comment"],
    ["a key more", `echo '${key}2' >>/srv/deploy/.ssh/authorized_keys`, "authorizedKeys"],
    ["no keys", "rm -r /srv/deploy/.ssh", "authorizedKeys"],
    ["a password", "echo deploy:password | chpasswd", "locked"],
    ["another home", "usermod --move-home --home /srv/elsewhere deploy", "home"],
    ["another number", "usermod --uid 4322 deploy", "uid"],
  ])("shows and repairs %s", async (_, harm, property) => {
    await host.shell(harm);
    expect(await host.drifted(user, full)).toEqual([property]);
    await host.apply(user, full);
    expect(await host.drifted(user, full)).toEqual([]);
  });

  test("is listed", async () => {
    expect(await user.list?.(await host.connected())).toEqual(expect.arrayContaining(["root", "deploy"]));
  });

  test("manages only what is declared", async () => {
    expect(await host.drifted(user, named())).toEqual([]);
    expect(await host.read(user, named())).toEqual({
      host: "control",
      name: "deploy",
      system: false,
      destroyHome: false,
    });
  });

  test("never follows a link out of the home with more than the user's rights", async () => {
    await host.shell("ln -sf /etc/shadow /srv/deploy/.ssh/authorized_keys");
    expect(await host.read(user, full)).toMatchObject({ authorizedKeys: [] });
    const before = await host.shell("sha256sum /etc/shadow");
    await host.apply(user, full);
    expect(await host.shell("sha256sum /etc/shadow")).toBe(before);
    expect(await host.drifted(user, full)).toEqual([]);
  });

  test("a group that does not exist is one clear error", async () => {
    await expect(host.apply(user, named({ groups: ["nosuch"] }))).rejects.toThrow(/control: .*'nosuch' does not exist/);
  });

  test("joins the group of its own name where that is there", async () => {
    await host.shell("groupadd --gid 4400 svc");
    await host.apply(user, named({ name: "svc", system: true }));
    expect(await host.shell("id -gn svc; test -e /home/svc || echo homeless")).toBe("svc\nhomeless");
    await host.remove(user, named({ name: "svc", system: true }));
    expect(await host.shell("id svc 2>/dev/null || echo gone; getent group svc; groupdel svc")).toBe(
      "gone\nsvc:x:4400:",
    );
  });

  test("a delete takes the group along that came with the account, unless it was declared meanwhile", async () => {
    const account = named({ name: "svc", system: true });
    const declared = groupSchema.inputs.parse({ host: "control", name: "svc" });
    await host.apply(user, account);
    expect(await host.shell("getent group svc")).toMatch(/^svc:/);
    await host.remove(user, account);
    expect(await host.shell("getent group svc || echo gone")).toBe("gone");

    await host.apply(user, account);
    await host.apply(group, declared);
    await host.remove(user, account);
    expect(await host.shell("getent group svc; groupdel svc")).toMatch(/^svc:x:\d+:$/);
  });

  test("a home that cannot be moved is one clear error, and stays a difference", async () => {
    await host.shell("mkdir /srv/taken");
    for (const [home, why] of [
      ["/srv/taken", "something stands there already"],
      ["/srv/none/deploy", "there is no directory /srv/none"],
    ]) {
      const elsewhere = { ...full, home };
      await expect(host.apply(user, elsewhere)).rejects.toThrow(`/srv/deploy was not moved to ${home}: ${why}`);
      expect(await host.drifted(user, elsewhere)).toEqual(["home"]);
    }
    const elsewhere = { ...full, uid: 4323, home: "/srv/elsewhere" };
    await host.apply(user, elsewhere);
    expect(await host.shell("stat -c '%u %n' /srv/elsewhere/.ssh/authorized_keys; ls /srv")).toBe(
      "4323 /srv/elsewhere/.ssh/authorized_keys\nelsewhere\ntaken",
    );
    await host.apply(user, full);
    expect(await host.drifted(user, full)).toEqual([]);
  });

  test("a new home leaves a folder of the system alone", async () => {
    const games = named({ name: "games", home: "/srv/games" });
    await host.apply(user, games);
    expect(
      await host.shell("getent passwd games | cut -d: -f6; ls -d /usr/games; usermod --home /usr/games games"),
    ).toBe("/srv/games\n/usr/games");
  });

  test("a delete keeps a system account while something in its home is its own, and their group", async () => {
    const account = named({ name: "keeper", system: true, group: "keepers", home: "/srv/keeper" });
    const keepers = groupSchema.inputs.parse({ host: "control", name: "keepers" });
    const removed = async () => {
      await host.remove(user, account);
      await host.remove(group, keepers);
      said = host.progress.join();
      return host.shell("getent passwd keeper | cut -d: -f1,6; getent group keepers | cut -d: -f1");
    };
    let said = "";
    await host.apply(group, keepers);
    await host.apply(user, account);
    await host.shell("mkdir /srv/keeper && touch /srv/keeper/data && chown keeper /srv/keeper/data");
    expect(await removed()).toBe("keeper:/srv/keeper\nkeepers");
    expect(said).toBe("left: group keepers is still the primary group of keeper");
    await host.shell("rm /srv/keeper/data");
    expect(await removed()).toBe("");
  });

  test("a delete that has no keys to put back writes nothing", async () => {
    const account = named({ name: "late", home: "/srv/late", authorizedKeys: [key] });
    await host.apply(user, account);
    await host.shell("rm -r /srv/late/.ssh && chown root /srv/late");
    await host.remove(user, account);
    expect(await host.shell("id late 2>/dev/null || ls -A /srv/late")).not.toContain("ssh");
  });

  test("a delete keeps it too where its home is a link to what it owns", async () => {
    const account = named({ name: "keeper", system: true, home: "/srv/keeper" });
    await host.apply(user, account);
    await host.shell(
      "rm -rf /srv/keeper; mkdir /srv/big && touch /srv/big/data && chown keeper /srv/big/data && ln -s big /srv/keeper",
    );
    await host.remove(user, account);
    expect(await host.shell("id -un keeper; rm -r /srv/big /srv/keeper")).toBe("keeper");
    await host.remove(user, account);
    expect(await host.shell("id keeper 2>/dev/null || echo gone")).toBe("gone");
  });

  test("a home that cannot be searched is an error, and the account stays", async () => {
    const account = named({ name: "keeper", system: true, home: "/srv/keeper" });
    await host.apply(user, account);
    await host.shell("mkdir -p /srv/keeper; mv /usr/bin/find /usr/bin/find.kept; ln -s false /usr/bin/find");
    await expect(host.remove(user, account)).rejects.toThrow(/control: .*find.*exit code 1/);
    await host.shell("mv /usr/bin/find.kept /usr/bin/find; id keeper");
    await host.remove(user, account);
    expect(await host.shell("id keeper 2>/dev/null || echo gone")).toBe("gone");
  });

  test("keys of the account that we log in as, without our own, are taken back", async () => {
    const root = named({ name: "root", authorizedKeys: [key] });
    const before = await host.shell("cat /root/.ssh/authorized_keys");
    await expect(host.apply(user, root)).rejects.toThrow(/rolled back: .*This connection logs in as root/);
    expect(await host.shell("cat /root/.ssh/authorized_keys")).toBe(before);
    await host.close();
    expect(await host.drifted(user, root)).toEqual(["authorizedKeys"]);
  });

  test("a delete of an account that was there before puts back its keys, and one that keeps it closes it", async () => {
    await host.shell(
      "useradd --create-home before && mkdir /home/before/.ssh && echo '# none' >/home/before/.ssh/authorized_keys; chown -R before /home/before",
    );
    const before = named({ name: "before", authorizedKeys: [key] });
    await host.apply(user, before);
    await host.remove(user, before);
    expect(await host.shell("cat /home/before/.ssh/authorized_keys; userdel -r before 2>/dev/null")).toBe("# none");

    const keeper = named({ name: "keeper", system: true, home: "/srv/own", authorizedKeys: [key] });
    await host.apply(user, keeper);
    await host.remove(user, keeper);
    expect(await host.shell("id -un keeper; ls -A /srv/own/.ssh; userdel -r keeper 2>/dev/null")).toBe("keeper");
    expect(await host.shell("ls /var/lib/groundwork/authorized-keys")).not.toMatch(/before|keeper/);
  });

  test("a delete keeps the home unless told otherwise, and accounts that were there before", async () => {
    for (let turn = 0; turn < 2; turn++) await host.remove(user, full);
    expect(await host.drifted(user, full)).toBe("gone");
    await host.shell("test -d /srv/deploy");

    await host.shell("rm -rf /srv/deploy");
    await host.apply(user, full);
    await host.remove(user, { ...full, destroyHome: true });
    await host.shell("test ! -e /srv/deploy");

    await host.shell("useradd before");
    const before = named({ name: "before", comment: "adopted" });
    await host.apply(user, before);
    await host.remove(user, before);
    expect(await host.shell("getent passwd before")).toContain("adopted");
  });

  test("an account that could not be made, and was then made by hand, is not ours to remove", async () => {
    const late = named({ name: "late" });
    await expect(host.apply(user, { ...late, groups: ["nosuch"] })).rejects.toThrow("'nosuch' does not exist");
    await host.shell("useradd --create-home late");
    await host.apply(user, late);
    await host.remove(user, { ...late, destroyHome: true });
    expect(await host.shell("id -un late; ls -d /home/late")).toBe("late\n/home/late");
  });
});
