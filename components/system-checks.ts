/**
 * What the choice of systems means: which are on, what they need of each other and of the site, and
 * which secrets must be set. Pure; every fault at once.
 */
import type { AnyDefinition, Fault, SecretDefinition } from "./base/definition";
import type { SiteConfiguration, SiteSecret } from "./site-schema";
import { type SystemName, type SystemsConfiguration, systems } from "./systems";

/** A definition, given the slice that its own schema has parsed. */
type OwnCheck = AnyDefinition & {
    check(own: unknown, site: SiteConfiguration): readonly Fault[];
};

/** What a check across systems looks at. */
export interface Chosen {
    readonly site: SiteConfiguration;
    readonly systems: SystemsConfiguration;
}

/** Whether a system is on: as the configuration says, else as its profile has it. */
export function isOn({ site, systems: own }: Chosen, definition: AnyDefinition): boolean {
    return (
        own[definition.name as SystemName].enabled ?? definition.offIn[site.profile] === undefined
    );
}

/** What a system is found to be: switched off, or off because nobody asked for it. */
function offAs({ systems: own }: Chosen, { name }: AnyDefinition): string {
    return own[name as SystemName].enabled === false ? "false" : "nothing (off in this profile)";
}

function requirements(chosen: Chosen): Fault[] {
    const missing = systems.flatMap((definition: AnyDefinition) =>
        isOn(chosen, definition)
            ? definition.needs
                  .filter((need) => !isOn(chosen, need))
                  .map((need) => ({
                      key: `systems.${need.name}.enabled`,
                      found: offAs(chosen, need),
                      allowed: `true, because ${definition.name} needs it (or turn systems.${definition.name} off)`,
                  }))
            : [],
    );
    const required = systems.flatMap((definition) => {
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
    });
    return [...missing, ...required];
}

function exclusions(chosen: Chosen): Fault[] {
    return systems.flatMap((definition: AnyDefinition) =>
        isOn(chosen, definition)
            ? definition.excludes
                  .filter((other) => isOn(chosen, other))
                  .map((other) => ({
                      key: `systems.${definition.name}.enabled`,
                      found: "true",
                      allowed: `only one of ${definition.name} and ${other.name}: turn one of them off`,
                  }))
            : [],
    );
}

function ownChecks(chosen: Chosen): Fault[] {
    return systems.flatMap((definition: OwnCheck) =>
        isOn(chosen, definition)
            ? definition.check(chosen.systems[definition.name as SystemName], chosen.site)
            : [],
    );
}

/** Why a secret is needed, by the keys that this stack needs. */
function neededSecrets(chosen: Chosen): [key: string, because: string][] {
    const { site, systems: own } = chosen;
    const ofSystems = systems.flatMap((definition) =>
        isOn(chosen, definition)
            ? Object.entries<SecretDefinition>(definition.secrets).map(
                  ([key, secret]): [string, string | undefined] => [
                      key,
                      secret.neededBecause(own[definition.name]),
                  ],
              )
            : [],
    );
    const ofSite: [string, string | undefined][] = [
        [
            "proxmoxApiToken" satisfies SiteSecret,
            site.cluster.source === "proxmox" ? "cluster.source is proxmox" : undefined,
        ],
    ];
    return [...ofSite, ...ofSystems].flatMap(([key, because]): [string, string][] =>
        because === undefined ? [] : [[key, because]],
    );
}

function missingSecrets(chosen: Chosen, present: ReadonlySet<string>): Fault[] {
    return neededSecrets(chosen)
        .filter(([key]) => !present.has(key))
        .map(([key, because]) => ({
            key,
            found: "nothing",
            allowed: `a secret, because ${because}: pulumi config set --secret ${key}`,
        }));
}

/** Every fault across systems. */
export function checkSystems(chosen: Chosen, secrets: ReadonlySet<string>): Fault[] {
    return [
        ...requirements(chosen),
        ...exclusions(chosen),
        ...ownChecks(chosen),
        ...missingSecrets(chosen, secrets),
    ];
}
