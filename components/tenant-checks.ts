/** What tenants mean beside the systems that are on. Pure; every fault at once. */
import { componentName } from "./base/component-name";
import { isLack } from "./base/capabilities";
import type { AnyDefinition, Fault } from "./base/definition";
import { lldap } from "./identity/lldap";
import { furtherGroups } from "../trust/people";
import type { SiteConfiguration } from "./site-schema";
import { systems } from "./systems";
import { eachReadable } from "./unreadable";

/** What the checks look at. */
interface Beside {
    readonly site: Pick<SiteConfiguration, "tenants" | "domain" | "cluster">;
    readonly isOn: (definition: AnyDefinition) => boolean;
}

/**
 * A group that nobody can be in, because nobody makes it. Which groups there are elsewhere, nobody
 * knows here: at issuers of the site's own, or at a cluster that is there already.
 */
function unknownGroups({ site, isOn }: Beside): Fault[] {
    const { source, issuers = [] } = site.cluster;
    return isOn(lldap) || source === "existing" || issuers.length > 0
        ? []
        : eachReadable(site.tenants, ({ group }, index): Fault[] =>
              Object.hasOwn(furtherGroups, group)
                  ? []
                  : [
                        {
                            key: `tenants[${index}].group`,
                            found: `${group}, which nobody makes`,
                            allowed:
                                "a group of trust/people.ts (furtherGroups), or systems.lldap on, which makes it",
                        },
                    ],
          );
}

/** A name by which its namespace, dashboard and logs would be taken for a system's. */
function namesOfSystems({ site }: Beside): Fault[] {
    const taken = new Set(systems.map(({ name }) => componentName(name)));
    return eachReadable(site.tenants, ({ name }, index): Fault[] =>
        taken.has(name)
            ? [
                  {
                      key: `tenants[${index}].name`,
                      found: `${name}, as a system of the platform is called`,
                      allowed: "a name of its own, such as blue",
                  },
              ]
            : [],
    );
}

/** Labels of the host names that systems have, with whose each is. */
function hostsOfSystems(): ReadonlyMap<string, string> {
    return new Map(
        systems.flatMap(({ name, capabilities }: AnyDefinition): [string, string][] => {
            const { routes, signOn } = capabilities;
            return [
                ...(isLack(routes)
                    ? []
                    : routes.flatMap((page): [string, string][] =>
                          "host" in page ? [[page.host, name]] : [],
                      )),
                ...("client" in signOn ? [[signOn.client.host, name] as [string, string]] : []),
            ];
        }),
    );
}

/** A name that leads to a system already. */
function takenHosts({ site }: Beside): Fault[] {
    const taken = hostsOfSystems();
    return eachReadable(site.tenants, ({ hosts }, index) =>
        eachReadable(hosts, ({ name }, at): Fault[] => {
            const owner = taken.get(name);
            return owner === undefined
                ? []
                : [
                      {
                          key: `tenants[${index}].hosts[${at}].name`,
                          found: `${name}, which leads to ${owner}`,
                          allowed: `a name that no system has below ${site.domain}`,
                      },
                  ];
        }),
    );
}

/** Every fault of tenants beside systems. */
export function checkTenants(beside: Beside): Fault[] {
    return [...unknownGroups(beside), ...namesOfSystems(beside), ...takenHosts(beside)];
}
