/**
 * What the choice of systems means: which are on, what they need of each other and of the site, and
 * which secrets must be set. Pure; every fault at once.
 */
import { checkAlertRoom } from "./alert-room-checks";
import type { AnyDefinition, Besides, Fault, SecretDefinition } from "./base/definition";
import { deliveryCredential } from "./delivery-schema";
import { checkGpus } from "./gpu-checks";
import type { SiteConfiguration, SiteSecret } from "./site-schema";
import { secretDescriptions, type SystemName, type SystemsConfiguration, systems } from "./systems";
import { checkTenants } from "./tenant-checks";
import { whereReadable } from "./unreadable";

/** A definition, given the slice that its own schema has parsed. */
type OwnCheck = AnyDefinition & {
    readonly besides: Besides | undefined;
    check(own: unknown, site: SiteConfiguration): readonly Fault[];
    encrypts(site: SiteConfiguration): string | undefined;
};

/** What a check across systems looks at. */
export interface Chosen {
    readonly site: SiteConfiguration;
    readonly systems: SystemsConfiguration;
}

/**
 * Whether a system is on: as the configuration says, else as its profile, the site and those that
 * need it have it.
 */
export function isOn(chosen: Chosen, definition: AnyDefinition): boolean {
    const { site, systems: own } = chosen;
    return (
        own[definition.name as SystemName].enabled ??
        (definition.offIn[site.profile] === undefined &&
            definition.offWithout(site) === undefined &&
            (!definition.offUnlessNeeded || isNeeded(chosen, definition)))
    );
}

function isNeeded(chosen: Chosen, definition: AnyDefinition): boolean {
    return systems.some(
        (other: AnyDefinition) => other.needs.includes(definition) && isOn(chosen, other),
    );
}

/** What a system is found to be: switched off, or off because nobody asked for it. */
function offAs({ systems: own }: Chosen, { name }: AnyDefinition): string {
    return own[name as SystemName].enabled === false ? "false" : "nothing (off in this profile)";
}

/** What a check finds at each system that is on; what could not be read is left out. */
function whereOn<Finding>(
    chosen: Chosen,
    check: (definition: OwnCheck) => readonly Finding[],
): Finding[] {
    return systems.flatMap((definition: OwnCheck) =>
        whereReadable(() => (isOn(chosen, definition) ? check(definition) : [])),
    );
}

function requirements(chosen: Chosen): Fault[] {
    const unmet = whereOn(chosen, ({ name, needs }) =>
        needs.flatMap((need) => whereReadable(() => (isOn(chosen, need) ? [] : [{ name, need }]))),
    );
    // One sentence for each that is off, whoever needs it.
    const missing = [...new Set(unmet.map(({ need }) => need))].map((need) => {
        const names = unmet.filter((each) => each.need === need).map(({ name }) => name);
        const because = names.map((name) => `${name} needs it`).join(" and ");
        const choice = names.map((name) => `systems.${name}`).join(" and ");
        return {
            key: `systems.${need.name}.enabled`,
            found: offAs(chosen, need),
            allowed: `true, because ${because} (or turn ${choice} off)`,
        };
    });
    const required = systems.flatMap((definition) =>
        whereReadable(() => {
            const reason = isOn(chosen, definition)
                ? undefined
                : definition.requiredBecause(chosen.site);
            return reason === undefined
                ? []
                : [
                      {
                          key: `systems.${definition.name}.enabled`,
                          found: offAs(chosen, definition),
                          allowed: `true, because ${reason}`,
                      },
                  ];
        }),
    );
    return [...missing, ...required];
}

function exclusions(chosen: Chosen): Fault[] {
    return whereOn(chosen, ({ name, excludes, besides }) =>
        excludes.flatMap((other) =>
            whereReadable(() =>
                isOn(chosen, other) &&
                besides?.holds(chosen.site, chosen.systems[name as SystemName]) !== true
                    ? [
                          {
                              key: `systems.${name}.enabled`,
                              found: "true",
                              allowed: `only one of ${name} and ${other.name}${besides === undefined ? ": turn one of them off" : `, unless ${besides.says}`}`,
                          },
                      ]
                    : [],
            ),
        ),
    );
}

/** One sentence for all who encrypt for a key that nobody has given. */
function missingRecipient(chosen: Chosen): readonly Fault[] {
    const { site } = chosen;
    return whereReadable(() => {
        if (site.backup?.ageRecipient !== undefined) {
            return [];
        }
        const encrypting = whereOn(chosen, (definition) => {
            const what = definition.encrypts(site);
            return what === undefined ? [] : [`systems.${definition.name} encrypts ${what} for it`];
        });
        return encrypting.length === 0
            ? []
            : [
                  {
                      key: "backup.ageRecipient",
                      found: "nothing",
                      allowed: `a public key of age, because ${encrypting.join(" and ")} (or turn ${encrypting.length === 1 ? "that" : "those"} off)`,
                  },
              ];
    });
}

function ownChecks(chosen: Chosen): Fault[] {
    return whereOn(chosen, (definition) =>
        definition.check(chosen.systems[definition.name as SystemName], chosen.site),
    );
}

/** A secret that this stack needs, and why. */
interface NeededSecret {
    readonly key: string;
    readonly because: string;
}

/** The secrets that a stack needs. */
export function neededSecrets(chosen: Chosen): NeededSecret[] {
    const ofSite: readonly [SiteSecret, () => string | undefined][] = [
        [
            "proxmoxApiToken",
            () =>
                chosen.site.cluster.source === "proxmox"
                    ? "cluster.source is proxmox"
                    : chosen.site.edge && "edge has sites, whose machines Proxmox makes",
        ],
        [
            "proxmoxHostTokens",
            () => {
                const alone = chosen.site.proxmox?.hosts.find(
                    ({ endpoint }) => endpoint !== undefined,
                );
                return alone && `proxmox.hosts has ${alone.name} with an endpoint of its own`;
            },
        ],
        [
            "smtpPassword",
            () => {
                const { mail } = chosen.site;
                return mail && `mail has ${mail.username} at ${mail.host}`;
            },
        ],
        ...(["backupAccessKey", "backupSecretKey"] as const).map(
            (key): [SiteSecret, () => string | undefined] => [
                key,
                () => (chosen.site.backup === undefined ? undefined : "backup is set"),
            ],
        ),
        [
            "edgeSshKey",
            () =>
                chosen.site.edge &&
                "edge has sites, whose machines get their first instructions by ssh",
        ],
        ...(["edgeBackupAccessKey", "edgeBackupSecretKey"] as const).map(
            (key): [SiteSecret, () => string | undefined] => [
                key,
                () =>
                    chosen.site.edge &&
                    chosen.site.backup &&
                    "edge sites send their snapshots to the bucket of backup",
            ],
        ),
        ...(["deliveryKey", "deliveryToken"] as const).map(
            (key): [SiteSecret, () => string | undefined] => [
                key,
                () =>
                    chosen.site.delivery && deliveryCredential(chosen.site.delivery) === key
                        ? `delivery.repository is ${chosen.site.delivery.repository}`
                        : undefined,
            ],
        ),
    ];
    const ofSystems = systems.flatMap((definition) =>
        Object.entries<SecretDefinition>(definition.secrets).map(
            ([key, secret]): [string, () => string | undefined] => [
                key,
                () =>
                    isOn(chosen, definition)
                        ? secret.neededBecause(chosen.systems[definition.name])
                        : undefined,
            ],
        ),
    );
    const reasons = [...ofSite, ...ofSystems].flatMap(([key, why]) =>
        whereReadable(() => {
            const because = why();
            return because === undefined ? [] : [{ key, because }];
        }),
    );
    // Systems may share a secret.
    return [...new Set(reasons.map(({ key }) => key))].map((key) => ({
        key,
        because: reasons
            .filter((reason) => reason.key === key)
            .map(({ because }) => because)
            .join(" and "),
    }));
}

function missingSecrets(chosen: Chosen, present: ReadonlySet<string>): Fault[] {
    return neededSecrets(chosen)
        .filter(({ key }) => !present.has(key))
        .map(({ key, because }) => ({
            key,
            found: "nothing",
            allowed: `a secret, because ${because}: pulumi config set --secret ${key}, with the ${secretDescriptions[key] ?? "secret"}`,
        }));
}

/**
 * Every fault across systems.
 *
 * @param chosen guarded where a part of it could not be read
 * @param secrets keys of the secrets that are set
 */
export function checkSystems(chosen: Chosen, secrets: ReadonlySet<string>): Fault[] {
    return [
        ...requirements(chosen),
        ...exclusions(chosen),
        ...missingRecipient(chosen),
        ...ownChecks(chosen),
        ...whereReadable(() =>
            checkTenants({
                site: chosen.site,
                isOn: (definition) => isOn(chosen, definition),
            }),
        ),
        ...whereReadable(() =>
            checkAlertRoom({
                routing: chosen.systems.alertRouting,
                isOn: (definition) => isOn(chosen, definition),
            }),
        ),
        ...whereReadable(() =>
            checkGpus({
                site: chosen.site,
                gpus: chosen.systems.ollama.gpus,
                isOn: (definition) => isOn(chosen, definition),
            }),
        ),
        ...missingSecrets(chosen, secrets),
    ];
}
