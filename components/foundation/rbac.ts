import * as pulumi from "@pulumi/pulumi";
import { groupAtApi, peopleAtApi } from "../../trust/people";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import { type Developers, roleBinding } from "../base/developers";
import type { SystemContext } from "../base/foundation";
import { client } from "../base/oidc-client";
import { kubectlScopes } from "../base/people-kubeconfig";
import { System } from "../base/system";
import { type PersonRoleName, personRoleNames, personRoles, roleManifests } from "./roles";

/** Who may do what at the Kubernetes API. */
export const rbac = define({
    name: "rbac",
    layer: "foundation",
    purpose: "the four roles of people at the Kubernetes API, each with the group that has it",
    origin: "002.1.1: four roles with the least rights",
    charts: {},
    capabilities: {
        metrics: none("roles and bindings run nothing"),
        alerts: none("roles and bindings run nothing"),
        dashboards: none("roles and bindings run nothing"),
        routes: none("the Kubernetes API has an address of its own, for administrators' networks"),
        signOn: client({
            id: peopleAtApi.audience,
            name: "Kubernetes",
            host: "kubernetes",
            // Where kubelogin v1.36 listens while people sign on (docs/usage.md, --listen-address).
            redirects: ["http://localhost:8000", "http://localhost:18000"],
            scopes: [...kubectlScopes],
            groups: personRoleNames,
            isPublic: true,
        }),
        backup: none("the program writes them anew"),
        sizing: none("roles and bindings run nothing"),
        flows: none("roles and bindings talk to nobody"),
        retention: none("roles and bindings keep nothing"),
    },
});

/** Type of the component before it had bindings. */
const formerType = "platform:foundation:Roles";

/**
 * The roles of people, bound to groups alone: who somebody is and which groups that person is in is
 * for the identity provider to say, so that nobody is forgotten here when somebody leaves. Three hold
 * in the whole cluster; developers get theirs with each namespace of an application.
 */
export class Rbac extends System<typeof rbac> implements Developers {
    readonly role = "app-developer" satisfies PersonRoleName;

    constructor(context: SystemContext<typeof rbac>, opts: pulumi.ComponentResourceOptions) {
        super(
            context,
            { groups: personRoles.map(({ name }) => groupAtApi(name)) },
            // Under its old name it is the same one: made anew, the roles would be gone for a moment.
            pulumi.mergeOptions(opts, { aliases: [{ type: formerType, name: "roles" }] }),
        );
        for (const role of personRoles) {
            const [gathering] = roleManifests(role).map((manifest) => this.object(manifest));
            if (role.within === "cluster" && gathering !== undefined) {
                const { name } = role;
                const binding = roleBinding("ClusterRoleBinding", { name }, name);
                this.object(binding, { dependsOn: [gathering] });
            }
        }
    }
}
